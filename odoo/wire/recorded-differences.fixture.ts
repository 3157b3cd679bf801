// Recorded cases in which the gateway means to differ from Odoo, and why.

/** Paths that the gateway does not have. */
export const NOT_SERVED: Readonly<Record<string, string>> = {
  xmlrpc_unknown_service: 'no such service',
  xmlrpc_report_service: 'no such service',
  xmlrpc_double_slash: 'not canonical',
  xmlrpc_percent_encoded_path: 'not canonical: the front decides on it before',
  web_health: 'the gateway has its own',
  web_database_list: 'the database manager is not offered',
  unknown_path_json: 'no route',
  unknown_path_html: 'no route',
  search_read_route: 'gone since 17',
  export_get_fields: 'the export dialogue names every field',
  web_image: 'files are not offered',
  web_content_field: 'files are not offered',
  web_content_no_session: 'files are not offered',
  bad_path: 'no method named',
  json1: 'not an RPC route',
  json_redirect: 'not an RPC route',
  doc_index: 'documentation names every field',
  unknown_service: 'over XML-RPC the service is a path',
};

/** Requests that Odoo reads and the gateway refuses. */
export const REFUSED: Readonly<Record<string, string>> = {
  xmlrpc_dtd_entity: 'a document type may blow up: 458 bytes become 3 MB',
  xmlrpc_external_entity: 'a document type may name files',
  xmlrpc_latin1: 'one encoding only, so that what was checked is what is sent',
  xmlrpc_duplicate_struct_member: 'of two members of one name, two readers may take different ones',
  jsonrpc_duplicate_keys: 'of two members of one name, two readers may take different ones',
  jsonrpc_nan: 'no JSON',
};

/** Refused as Odoo does, in words of our own. */
export const OWN_WORDS: Readonly<Record<string, string>> = {
  xmlrpc_malformed: 'the parser is another',
  xmlrpc_empty: 'the parser is another',
  xmlrpc_form_content_type: 'the parser is another',
  xmlrpc_gzip_request: 'the parser is another',
  object_no_args_at_all: 'Python says whether its arguments were a list or a tuple',
  jsonrpc_params_array: 'Python says how dict() failed',
  malformed: 'the parser is another',
  gzip_request: 'the parser is another',
};

/** Answered by the gateway where Odoo has no such route yet. */
export const BEFORE_ODOO: Readonly<Record<string, number>> = { web_version: 19, json_version: 19 };

/** Answered by Odoo in another way than the codec's, which the front does. */
export const BY_THE_FRONT: Readonly<Record<string, string>> = {
  wrong_db: 'JSON-2 says that there is no such database with a page',
};

/** Objects whose members are numbers in no order, which JavaScript puts in order: same value, other bytes. */
export const REORDERED: ReadonlySet<string> = new Set(['authenticate', 'session_info']);
