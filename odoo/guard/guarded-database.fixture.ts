import type { Domain } from '../domain.ts';
import type { TypedCall } from '../typed-call.ts';
import { OdooRefusal } from '../wire/fault.ts';
import { type OdooObject, type OdooValue, odooObject } from '../wire/value.ts';
import { type DatabaseAccess, type GuardFacts, type GuardRun, noGuardFacts } from './access.ts';
import { accessTo, type GrantedDatabase } from './granted-access.fixture.ts';
import { runGuarded } from './run-guarded.ts';

/** What there is behind the guard. */
export interface Behind {
  /** Record rules by model. */
  readonly rules?: Readonly<Record<string, Domain>>;
  /** What Odoo answers, where it does not answer as usual. */
  readonly answer?: (call: TypedCall) => OdooValue | undefined;
}

export interface Named {
  readonly ids?: OdooValue;
  readonly context?: object;
  /** Of `create`: one record is given, and its id is answered. */
  readonly single?: boolean;
}

export interface Guarded {
  readonly run: GuardRun;
  readonly access: DatabaseAccess;
  /** What Odoo was asked, in order. */
  readonly asked: TypedCall[];
  readonly facts: GuardFacts;
  /** Carries out a call. Rejects with OdooRefusal. */
  call(model: string, method: string, args?: object, more?: Named): Promise<unknown>;
}

/** A database behind the guard, of which a test says no more than it needs. */
export function guardedDatabase({ rules = {}, answer, ...database }: GrantedDatabase & Behind): Guarded {
  return guard(accessTo(database), { rules, answer: (call) => answer?.(call) ?? usualAnswer(call) });
}

export function guard(
  access: DatabaseAccess,
  { rules, answer }: { readonly rules: Readonly<Record<string, Domain>>; answer(call: TypedCall): OdooValue },
): Guarded {
  const asked: TypedCall[] = [];
  const facts = noGuardFacts();
  const run: GuardRun = {
    access,
    facts,
    rule: (model) => (Object.hasOwn(rules, model) ? (rules[model] ?? []) : []),
    ask: async (call) => {
      asked.push(call);
      return answer(call);
    },
  };
  return {
    run,
    access,
    asked,
    facts,
    async call(model, method, args = {}, { ids, context, single = false } = {}) {
      const bound = { model, method, ids, args: objectOf(args), context: context && objectOf(context), single };
      return plain(await runGuarded(bound, run));
    },
  };
}

/** A search finds all ids that are asked for last, a creation makes as many records as are given, and nothing else is there. */
function usualAnswer({ method, args, ids }: TypedCall): OdooValue {
  const domain = Array.isArray(args.domain) ? args.domain : [];
  const last = domain.at(-1);
  if (method === 'search') return Array.isArray(last) && Array.isArray(last[2]) ? last[2] : [];
  if (method === 'create') return Array.isArray(args.vals_list) ? args.vals_list.map((_, index) => 900 + index) : 900;
  if (method === 'search_count') return 0;
  return method === 'search_read' || method.endsWith('read_group') ? [] : ids !== undefined;
}

function objectOf(members: object): OdooObject {
  return odooObject(Object.entries(members));
}

/** Without the prototypes that deepEqual would tell apart. */
export function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** How a call is refused: class and code; undefined where it is answered. Anything but a refusal is thrown on. */
export async function refusalOf(answer: Promise<unknown>): Promise<string | undefined> {
  const refusal = await refused(answer);
  return refusal === undefined ? undefined : `${refusal.fault.name.split('.').at(-1)} ${refusal.code}`;
}

/** What is said to the client whose call is refused. */
export async function wordsOf(answer: Promise<unknown>): Promise<string | undefined> {
  return (await refused(answer))?.fault.message;
}

async function refused(answer: Promise<unknown>): Promise<OdooRefusal | undefined> {
  try {
    await answer;
    return undefined;
  } catch (error) {
    if (error instanceof OdooRefusal) return error;
    throw error;
  }
}

export const HIDDEN = 'ValueError field-not-granted';
export const UNFIT = 'ValueError parameter-invalid';
export const TOO_MUCH = 'UserError parameter-invalid';
export const UNWRITABLE = 'AccessError field-not-writable';
export const MISSING = 'MissingError record-not-found';
