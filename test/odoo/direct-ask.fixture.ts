import type { Database } from '../../examples/stand-in-odoo/database.ts';
import { findMethod, runCall, type StandInUser } from '../../examples/stand-in-odoo/dispatch.ts';
import { OdooError } from '../../examples/stand-in-odoo/odoo-error.ts';
import { PythonFloat } from '../../examples/stand-in-odoo/python-float.ts';
import { Recordset } from '../../examples/stand-in-odoo/recordset.ts';
import type { GuardRun } from '../../odoo/guard/access.ts';
import { signatureOf } from '../../odoo/methods.ts';
import type { TypedCall } from '../../odoo/typed-call.ts';
import { type FaultName, OdooRefusal } from '../../odoo/wire/fault.ts';
import { OdooFloat, type OdooValue, odooObject } from '../../odoo/wire/value.ts';

/** A user of the stand-in with every right. */
export const BOT: StandInUser = { uid: 8, login: 'bot', password: 'bot', groups: ['base.group_erp_manager'] };

const NAMES: readonly FaultName[] = [
  'odoo.exceptions.AccessError',
  'odoo.exceptions.MissingError',
  'odoo.exceptions.UserError',
  'odoo.exceptions.ValidationError',
  'builtins.ValueError',
  'builtins.TypeError',
  'builtins.KeyError',
];

/** Calls the stand-in without HTTP, as the gateway's client would: what Odoo refuses becomes a refusal without its text. */
export function askDirectly(db: Database, user: StandInUser, asked: TypedCall[]): GuardRun['ask'] {
  return (call) => {
    asked.push(call);
    try {
      return Promise.resolve(toValue(runTyped(db, user, call)));
    } catch (error) {
      if (!(error instanceof OdooError)) return Promise.reject(error);
      const name = NAMES.find((known) => known === error.pythonName) ?? 'builtins.RuntimeError';
      return Promise.reject(new OdooRefusal(name, 'Odoo refused the call.', 'upstream-refused'));
    }
  };
}

function runTyped(db: Database, user: StandInUser, call: TypedCall): unknown {
  const { model, method } = call;
  if (db.table(model) === undefined) throw new OdooError('odoo.exceptions.UserError', 'no such model', 422);
  const found = findMethod(db, model, method);
  if (found === undefined) throw new OdooError('builtins.AttributeError', 'no such method', 500);
  // Names of parameters differ between versions; their order does not.
  const names = signatureOf(method, db.version)?.parameters ?? found.parameters;
  const args = Object.entries(call.args).map(([name, value]) => {
    const place = names.indexOf(name);
    return [found.parameters[place] ?? name, plain(value)] as const;
  });
  const context = Object(plain(call.context));
  return runCall(db, user, found, { model, method, ids: call.ids, args: Object.fromEntries(args), context });
}

/** As JSON.parse would have read it. */
function plain(value: unknown): unknown {
  if (value instanceof OdooFloat || typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}

/** A value of the stand-in as a codec would have read it. */
export function toValue(value: unknown): OdooValue {
  if (value instanceof PythonFloat) return new OdooFloat(value.toString());
  if (value instanceof Recordset) return value.toString();
  if (Array.isArray(value)) return value.map(toValue);
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') return value;
  return odooObject(Object.entries(value).map(([name, member]) => [name, toValue(member)]));
}

/** A value as one text: equal texts are equal bytes in every protocol. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_name, member) => {
    if (member instanceof OdooFloat) return { float: member.text };
    return typeof member === 'bigint' ? { integer: String(member) } : member;
  });
}
