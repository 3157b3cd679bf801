import type { FaultName, OdooFault } from './fault.ts';

interface Places {
  /** `faultCode` on `/xmlrpc/2`. */
  readonly code: 1 | 2 | 3 | 4;
  /** HTTP status on `/json/2`. */
  readonly status: number;
}

/** Every class of error the gateway answers with, and where each protocol puts it (recorded from Odoo 16 to 19). */
const TABLE: Readonly<Record<FaultName, Places>> = {
  'odoo.exceptions.AccessDenied': { code: 3, status: 403 },
  'odoo.exceptions.AccessError': { code: 4, status: 403 },
  'odoo.exceptions.MissingError': { code: 2, status: 404 },
  'odoo.exceptions.UserError': { code: 2, status: 422 },
  'odoo.exceptions.ValidationError': { code: 2, status: 422 },
  'odoo.exceptions.RedirectWarning': { code: 2, status: 422 },
  'odoo.exceptions.LockError': { code: 2, status: 409 },
  'odoo.http.SessionExpiredException': { code: 1, status: 403 },
  'builtins.ValueError': { code: 1, status: 500 },
  'builtins.TypeError': { code: 1, status: 500 },
  'builtins.KeyError': { code: 1, status: 500 },
  'builtins.RuntimeError': { code: 1, status: 500 },
  'builtins.AttributeError': { code: 1, status: 500 },
  'builtins.IndexError': { code: 1, status: 500 },
  'builtins.NameError': { code: 1, status: 500 },
  'builtins.OverflowError': { code: 1, status: 500 },
  'builtins.Exception': { code: 1, status: 500 },
  'xml.parsers.expat.ExpatError': { code: 1, status: 500 },
  'werkzeug.exceptions.BadRequest': { code: 1, status: 400 },
  'werkzeug.exceptions.Unauthorized': { code: 1, status: 401 },
  'werkzeug.exceptions.NotFound': { code: 1, status: 404 },
  'werkzeug.exceptions.UnprocessableEntity': { code: 1, status: 422 },
  'werkzeug.exceptions.TooManyRequests': { code: 1, status: 429 },
  'werkzeug.exceptions.ServiceUnavailable': { code: 1, status: 503 },
};

export const FAULT_NAMES: readonly FaultName[] = Object.keys(TABLE).filter((name) => isFaultName(name));

/** Whether the gateway may tell a client of this class of Odoo's. */
export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(TABLE, name);
}

/** `faultCode` on `/xmlrpc/2`: an application's error, a warning, a login, a right. */
export function xmlFaultCode(name: FaultName): number {
  return TABLE[name].code;
}

/** HTTP status on `/json/2`. */
export function json2Status(name: FaultName): number {
  return TABLE[name].status;
}

/** `code` and `message` of a JSON-RPC error. */
export function jsonRpcCode(name: FaultName, major: number): { readonly code: number; readonly message: string } {
  if (name === 'odoo.http.SessionExpiredException') return { code: 100, message: 'Odoo Session Expired' };
  if (name === 'werkzeug.exceptions.NotFound') return { code: 404, message: '404: Not Found' };
  return { code: major >= 19 ? 0 : 200, message: 'Odoo Server Error' };
}

/** What Python would print last of a traceback, and the only line of it that is ever told. */
export function lastLine({ name, message }: OdooFault): string {
  const shown = name === 'builtins.KeyError' ? `'${message}'` : message;
  return `${name.replace(/^builtins\./, '')}: ${shown}\n`;
}
