/** A Python exception as Odoo reports it: class name, text, arguments, and the status JSON-2 answers with. */
export class OdooError extends Error {
  readonly pythonName: string;
  readonly status: number;
  readonly pythonArguments: readonly unknown[];

  constructor(pythonName: string, message: string, status: number) {
    super(message);
    this.pythonName = pythonName;
    this.status = status;
    // Werkzeug's exceptions carry their status as the second argument.
    this.pythonArguments = pythonName.startsWith('werkzeug.') ? [message, status] : [message];
  }
}

export const accessError = (text: string) => new OdooError('odoo.exceptions.AccessError', text, 403);
export const accessDenied = () => new OdooError('odoo.exceptions.AccessDenied', 'Access Denied', 403);
export const userError = (text: string) => new OdooError('odoo.exceptions.UserError', text, 422);
export const validationError = (text: string) => new OdooError('odoo.exceptions.ValidationError', text, 422);
export const valueError = (text: string) => new OdooError('builtins.ValueError', text, 500);
export const typeError = (text: string) => new OdooError('builtins.TypeError', text, 500);
export const notFound = (text: string) => new OdooError('werkzeug.exceptions.NotFound', text, 404);
export const unprocessable = (text: string) => new OdooError('werkzeug.exceptions.UnprocessableEntity', text, 422);
export const badRequest = (text: string) => new OdooError('werkzeug.exceptions.BadRequest', text, 400);
export const unauthorized = (text: string) => new OdooError('werkzeug.exceptions.Unauthorized', text, 401);

export function missingError(model: string, id: number, uid: number): OdooError {
  const text = `Record does not exist or has been deleted.\n(Record: ${model}(${id},), User: ${uid})`;
  return new OdooError('odoo.exceptions.MissingError', text, 404);
}

const CLASS_PREFIX = /^(builtins|werkzeug\.exceptions|psycopg2\.errors|psycopg2)\./;

/** The five members of every Odoo error. `debug` leaks paths, an address and SQL, exactly as real servers do. */
export function errorBody(error: OdooError): Record<string, unknown> {
  const frames = [
    'Traceback (most recent call last):',
    '  File "/usr/lib/python3/dist-packages/odoo/http.py", line 2285, in _serve_db',
    '    return service_model.retrying(serve_func, env=self.env)',
    '  File "/usr/lib/python3/dist-packages/odoo/sql_db.py", line 421, in execute',
    '    self._obj.execute(query, params)  -- SELECT "res_partner"."id" FROM "res_partner" @ erp-db-1.internal:5432',
  ];
  const name = error.pythonName.replace(CLASS_PREFIX, '');
  const debug =
    error.pythonName === 'odoo.exceptions.AccessDenied'
      ? 'odoo.exceptions.AccessDenied: Access Denied\n'
      : `${frames.join('\n')}\n${name}: ${error.message}\n`;
  return { name: error.pythonName, message: error.message, arguments: error.pythonArguments, context: {}, debug };
}

/** Python's repr of a JSON value, as it appears in Odoo's error texts. */
export function pythonRepr(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return value.includes("'") ? `"${value}"` : `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(([key, entry]) => `${pythonRepr(key)}: ${pythonRepr(entry)}`);
    return `{${entries.join(', ')}}`;
  }
  return String(value);
}
