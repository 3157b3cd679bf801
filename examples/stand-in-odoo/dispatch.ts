import { actionMethod } from './action-methods.ts';
import type { Method } from './call.ts';
import { browseIds, CORE_METHODS } from './core-methods.ts';
import type { Database } from './database.ts';
import type { Viewer } from './domain.ts';
import { GROUP_METHODS } from './group-methods.ts';
import { IMPORT_EXPORT } from './import-export.ts';
import { accessError, OdooError, typeError } from './odoo-error.ts';
import { PANEL_METHODS } from './panel-methods.ts';
import { PRIVATE_SINCE, RECORD_METHODS } from './record-methods.ts';
import { WEB_METHODS } from './web-methods.ts';

/** A user of the pretended Odoo. `denied` is what the access rights of its groups leave out. */
export interface StandInUser {
  readonly uid: number;
  readonly login: string;
  readonly password: string;
  readonly apiKeys?: readonly string[];
  readonly groups?: readonly string[];
  readonly denied?: Readonly<Record<string, readonly ('read' | 'write' | 'create' | 'unlink')[]>>;
  /** Record rules: a domain per model. */
  readonly rules?: Readonly<Record<string, readonly unknown[]>>;
}

const ON_EVERY_MODEL: Readonly<Record<string, Method>> = {
  ...CORE_METHODS,
  ...RECORD_METHODS,
  ...WEB_METHODS,
  ...GROUP_METHODS,
  ...IMPORT_EXPORT,
  ...PANEL_METHODS,
};

const VERBS = { read: 'access', write: 'modify', create: 'create', unlink: 'delete' } as const;

/** Finds a method that may be called from outside; undefined where there is none. Private ones are refused. */
export function findMethod(db: Database, model: string, name: string): Method | undefined {
  const privateSince = Object.hasOwn(PRIVATE_SINCE, name) ? PRIVATE_SINCE[name] : undefined;
  if (name.startsWith('_') || (privateSince !== undefined && db.version >= privateSince)) {
    throw accessError(`Private methods (such as '${model}.${name}') cannot be called remotely.`);
  }
  const own = actionMethod(model, name, db.known(model).fields.has('active'));
  const found = own ?? (Object.hasOwn(ON_EVERY_MODEL, name) ? ON_EVERY_MODEL[name] : undefined);
  if (found === undefined) return undefined;
  if (found.until !== undefined && db.version > found.until) return undefined;
  if (found.since !== undefined && db.version < found.since) return undefined;
  return parametersIn(db.version, found);
}

function parametersIn(version: number, method: Method): Method {
  const former = Object.entries(method.formerly ?? {}).find(([until]) => version <= Number(until));
  return former === undefined ? method : { ...method, parameters: former[1] };
}

export interface BoundCall {
  readonly model: string;
  readonly method: string;
  readonly ids: unknown;
  readonly args: Readonly<Record<string, unknown>>;
  readonly context: unknown;
}

/** Runs a bound call in one transaction: all of it, or nothing. */
export function runCall(db: Database, user: StandInUser, found: Method, bound: BoundCall): unknown {
  const { model } = bound;
  if (typeof bound.context !== 'object' && bound.context !== undefined && bound.context !== false) {
    throw typeError(`'${typeof bound.context === 'number' ? 'int' : 'str'}' object is not iterable`);
  }
  const context: Record<string, unknown> = { ...(bound.context === false ? {} : bound.context) };
  if (found.needs !== undefined && user.denied?.[model]?.includes(found.needs)) {
    throw accessError(
      `You are not allowed to ${VERBS[found.needs]} '${db.known(model).model.title}' (${model}) records.\n\nThis operation is allowed for the following groups:\n\t- Access Rights\n\nContact your administrator to request access if necessary.`,
    );
  }
  const ids = checkIds(db, bound.ids);
  const viewer: Viewer = {
    uid: user.uid,
    groups: new Set(user.groups),
    activeTest: context.active_test !== false,
    context,
  };
  const rule = user.rules?.[model] ?? [];
  return db.transaction(() => found.run({ db, model, ids, args: bound.args, uid: user.uid, viewer, rule, context }));
}

function checkIds(db: Database, given: unknown): number[] {
  if (db.version === 16 && Array.isArray(given) && given.some((id) => Array.isArray(id))) {
    const text = 'operator does not exist: integer = integer[]\nLINE 1: ..."res_partner".id IN (ARRAY[...';
    throw new OdooError('psycopg2.errors.UndefinedFunction', text, 500);
  }
  const ids = browseIds(given);
  if (ids !== 'nonsense') return ids;
  if (db.version > 16) return [];
  throw accessError(
    "Database fetch misses ids (('1',)) and has extra ids ((1,)), may be caused by a type incoherence in a previous request",
  );
}
