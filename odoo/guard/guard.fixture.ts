import assert from 'node:assert/strict';
import type { Domain } from '../domain.ts';
import type { TypedCall } from '../typed-call.ts';
import { OdooRefusal } from '../wire/fault.ts';
import { type OdooObject, type OdooValue, odooObject } from '../wire/value.ts';
import type { DatabaseAccess, GuardFacts, GuardRun } from './access.ts';
import { type FieldSpec, MODELS, testAccess } from './guard-models.fixture.ts';
import { runGuarded } from './run-guarded.ts';

export interface TestSettings {
  readonly major?: number;
  readonly access?: Partial<DatabaseAccess>;
  readonly rules?: Readonly<Record<string, Domain>>;
  /** Records that there are within the rules, by model; 5, 7 and 9 of all others. */
  readonly ids?: Readonly<Record<string, readonly number[]>>;
  /** What Odoo answers, where the call is not answered as usual. */
  readonly answer?: (call: TypedCall) => OdooValue | undefined;
}

export interface TestRun {
  readonly run: GuardRun;
  readonly access: DatabaseAccess;
  /** Rebuilt calls, in their order. */
  readonly asked: TypedCall[];
  readonly facts: GuardFacts;
  /** Carries out a call and checks that neither it nor its answer knows of anything hidden. */
  call(
    model: string,
    method: string,
    args?: object,
    more?: { ids?: OdooValue; context?: object; single?: boolean },
  ): Promise<unknown>;
}

/** A guard before an Odoo that answers more than it was asked for: whatever is hidden, with poison. */
export function testRun({ major = 19, access: more = {}, rules = {}, ids = {}, answer }: TestSettings = {}): TestRun {
  const access = testAccess(major, more);
  const asked: TypedCall[] = [];
  const sets = { returned: new Set<string>(), masked: new Set<string>(), written: new Set<string>() };
  const facts: GuardFacts = { ...sets, ignored: new Set<string>(), recordIds: [], recordCount: 0 };
  const run: GuardRun = {
    access,
    facts,
    rule: (model) => rules[model] ?? [],
    ask: async (call) => {
      asked.push(call);
      return answer?.(call) ?? usualAnswer(call, ids[call.model] ?? [5, 7, 9]);
    },
  };
  return {
    run,
    access,
    asked,
    facts,
    async call(model, method, args = {}, { ids: named, context, single = false } = {}) {
      const bound = { model, method, ids: named, args: objectOf(args), context: context && objectOf(context), single };
      const answered = plain(await runGuarded(bound, run));
      assert.doesNotMatch(JSON.stringify(asked), /secret|poison/);
      assert.doesNotMatch(JSON.stringify(answered ?? null), /secret|poison/);
      return answered;
    },
  };
}

function usualAnswer({ model, method, ids, args }: TypedCall, existing: readonly number[]): OdooValue {
  const limit = typeof args.limit === 'number' ? args.limit : 100;
  const found = within(args.domain, existing).slice(0, limit);
  if (method === 'search') return found;
  if (method === 'search_count') return found.length;
  if (method === 'search_read') return found.map((id) => rowOf(model, id, args));
  if (method === 'create') return Array.isArray(args.vals_list) ? args.vals_list.map((_, index) => 900 + index) : 900;
  return ids === undefined ? odooObject([['secret', 'poison']]) : true;
}

function within(domain: unknown, existing: readonly number[]): readonly number[] {
  const named = Array.isArray(domain)
    ? domain.findLast((token) => Array.isArray(token) && token[0] === 'id')
    : undefined;
  if (named === undefined) return existing;
  return existing.filter((id) => named[2] === id || (Array.isArray(named[2]) && named[2].includes(id)));
}

/** A record with everything that the model has. */
function rowOf(model: string, id: number, { load }: TypedCall['args']): OdooObject {
  const members = Object.entries(MODELS[model]?.fields ?? {}).map(([name, field]): [string, OdooValue] => [
    name,
    name.startsWith('secret') ? 'poison' : valueFor(name, field, load !== null),
  ]);
  return odooObject([['id', id], ['secret', 'poison'], ...members]);
}

function valueFor(name: string, { type, gives = '', selection }: FieldSpec, isPair: boolean): OdooValue {
  switch (type) {
    case 'integer':
      return 3;
    case 'float':
    case 'monetary':
      return 2.5;
    case 'boolean':
      return true;
    case 'date':
      return '2026-01-31';
    case 'datetime':
      return '2026-01-31 23:59:59';
    case 'many2one':
      return isPair ? [7, gives.includes('l') ? `label of ${name}` : 'poison'] : 7;
    case 'one2many':
    case 'many2many':
      return [9, 5];
    case 'json':
      return odooObject([['a', 1]]);
    default:
      return selection?.[0] ?? `text of ${name}`;
  }
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
  try {
    await answer;
    return undefined;
  } catch (error) {
    if (!(error instanceof OdooRefusal)) throw error;
    return `${error.fault.name.split('.').at(-1)} ${error.code}`;
  }
}

export const HIDDEN = 'ValueError field-not-granted';
export const UNFIT = 'ValueError parameter-invalid';
