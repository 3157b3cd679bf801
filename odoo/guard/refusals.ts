import { OdooRefusal } from '../wire/fault.ts';

/** As much of a name that a client sent as is said back to it: one line, no sign that a terminal would obey. */
function said(name: string): string {
  const text = name.slice(0, 80).replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, '?');
  return name.length > 80 ? `${text}…` : text;
}

/** The one answer for every model and method that is hidden, unknown, not granted or Odoo's own. */
export function hiddenCall(model: string, method: string): OdooRefusal {
  const text = `You are not allowed to call '${said(method)}' of '${said(model)}'.`;
  return new OdooRefusal('odoo.exceptions.AccessError', text, 'operation-not-granted');
}

/** The one answer for every field that is hidden or unknown; `name` is a name or path as the client sent it. */
export function hiddenField(model: string, name: string): OdooRefusal {
  const text = `Invalid field '${said(name)}' on model '${said(model)}'`;
  return new OdooRefusal('builtins.ValueError', text, 'field-not-granted', [`${said(model)}.${said(name)}`]);
}

/** A field that the client may know of, in a place where it cannot stand. */
export function unfitField(model: string, name: string, why: string): OdooRefusal {
  const text = `Field '${said(name)}' on model '${said(model)}' ${why}`;
  return new OdooRefusal('builtins.ValueError', text, 'field-not-granted', [`${said(model)}.${said(name)}`]);
}

/** A visible field that this consumer may not write. */
export function unwritableField(model: string, name: string): OdooRefusal {
  const text = `You are not allowed to write field '${said(name)}' on model '${said(model)}'.`;
  return new OdooRefusal('odoo.exceptions.AccessError', text, 'field-not-writable', [`${said(model)}.${said(name)}`]);
}

/** A value that the field cannot hold. */
export function unfitValue(model: string, name: string): OdooRefusal {
  return new OdooRefusal(
    'builtins.ValueError',
    `Wrong value for field '${said(name)}' on model '${said(model)}'`,
    'body-invalid',
  );
}

/** An argument that is not what its method takes. */
export function unfitArgument(text: string): OdooRefusal {
  return new OdooRefusal('builtins.ValueError', text, 'parameter-invalid');
}

/** More than one call may ask for or answer. */
export function tooMuch(text: string): OdooRefusal {
  return new OdooRefusal('odoo.exceptions.UserError', text, 'parameter-invalid');
}

/** The one answer for records that do not exist or lie outside of what the grant covers. */
export function missingRecord(): OdooRefusal {
  return new OdooRefusal(
    'odoo.exceptions.MissingError',
    'Record does not exist or has been deleted.',
    'record-not-found',
  );
}

/** What is to be written would lie outside of what the grant covers, or nobody can tell. */
export function outsideRule(model: string): OdooRefusal {
  return new OdooRefusal(
    'odoo.exceptions.AccessError',
    `The values would lead outside of the records of '${said(model)}' that you may use.`,
    'field-not-writable',
  );
}

/** Odoo answered with something that cannot be passed on. */
export function unfitAnswer(): OdooRefusal {
  return new OdooRefusal(
    'builtins.RuntimeError',
    'The upstream answer cannot be passed on.',
    'upstream-answer-invalid',
  );
}

/** The client names companies, and may use none of them. */
export function missingCompany(): OdooRefusal {
  return new OdooRefusal(
    'odoo.exceptions.AccessError',
    'You are not allowed to use any of these companies.',
    'operation-not-granted',
  );
}
