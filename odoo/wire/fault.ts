import type { ProblemCode } from '../../gateway/problems.ts';

/** Classes of Odoo's errors that the gateway itself answers with, as clients know them. */
export type FaultName =
  | 'odoo.exceptions.AccessDenied'
  | 'odoo.exceptions.AccessError'
  | 'odoo.exceptions.MissingError'
  | 'odoo.exceptions.UserError'
  | 'odoo.exceptions.ValidationError'
  | 'odoo.exceptions.LockError'
  | 'odoo.exceptions.RedirectWarning'
  | 'odoo.http.SessionExpiredException'
  | 'builtins.ValueError'
  | 'builtins.TypeError'
  | 'builtins.KeyError'
  | 'builtins.RuntimeError'
  | 'builtins.AttributeError'
  | 'builtins.IndexError'
  | 'builtins.NameError'
  | 'builtins.OverflowError'
  | 'builtins.Exception'
  | 'xml.parsers.expat.ExpatError'
  | 'werkzeug.exceptions.BadRequest'
  | 'werkzeug.exceptions.UnprocessableEntity'
  | 'werkzeug.exceptions.NotFound'
  | 'werkzeug.exceptions.Unauthorized'
  | 'werkzeug.exceptions.TooManyRequests'
  | 'werkzeug.exceptions.ServiceUnavailable';

/** An error as an Odoo client is told of it: the class, and a sentence of our own. */
export interface OdooFault {
  readonly name: FaultName;
  readonly message: string;
}

/** Thrown where a call is refused. `code` stands in the record; hidden and unknown names throw the very same. */
export class OdooRefusal extends Error {
  readonly fault: OdooFault;
  readonly code: ProblemCode;
  /** `model.field` names that were refused, for the record; never sent. */
  readonly refused: readonly string[];
  constructor(name: FaultName, message: string, code: ProblemCode, refused: readonly string[] = []) {
    super(message);
    this.fault = { name, message };
    this.code = code;
    this.refused = refused;
  }
}
