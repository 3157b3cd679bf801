import { memberOf } from '../../decode-answer.ts';
import { isRecordId, type TypedOutcome } from '../../typed-call.ts';
import { isDenied, recordsIn } from '../ask-metadata.ts';
import type { LiveDatabase } from '../live-database.ts';

/** How much of a source could be read: all of it, the user's own part, its first part, or nothing. */
export type SourceState = 'all' | 'own' | 'cut' | 'denied' | 'absent';

export interface Source<T> {
  readonly state: SourceState;
  readonly entries: readonly T[];
}

export interface KeyTrace {
  readonly uid: number;
  /** Name that its owner gave it; never its value. */
  readonly name: string;
  readonly scope: string;
  readonly created: string;
}

export interface UserTrace {
  readonly uid: number;
  readonly login: string;
  readonly name: string;
  readonly active: boolean;
  /** Moment of the last login (UTC), as Odoo writes it; undefined where there was none. */
  readonly lastLogin: string | undefined;
}

export interface WriterTrace {
  readonly uid: number;
  readonly model: string;
  readonly created: number;
  readonly changed: number;
}

const MOST_KEYS = 2_000;
const MOST_USERS = 10_000;
const MOST_RECORDS = 2_000;

/** API keys, without their values. Whoever administers nothing sees its own only. */
export async function readKeys(database: LiveDatabase): Promise<Source<KeyTrace>> {
  const args = { domain: [], fields: ['name', 'user_id', 'scope', 'create_date'], limit: MOST_KEYS, order: 'id' };
  const outcome = await database.ask({ model: 'res.users.apikeys', method: 'search_read', args, context: {} });
  const entries = recordsIn(outcome).flatMap((record) => {
    const uid = linkedId(memberOf(record, 'user_id'));
    if (uid === undefined) return [];
    const [name, scope, created] = ['name', 'scope', 'create_date'].map((field) => plain(memberOf(record, field)));
    return [{ uid, name: name ?? '', scope: scope ?? 'any', created: created ?? '' }];
  });
  const state = stateOf(outcome, entries.length, MOST_KEYS);
  return { state: state === 'all' && !(await administers(database)) ? 'own' : state, entries };
}

/** Only administrators may read system parameters; nothing of them is asked for but how many have no key. */
async function administers({ ask }: LiveDatabase): Promise<boolean> {
  const args = { domain: [['key', '=', '']] };
  return (await ask({ model: 'ir.config_parameter', method: 'search_count', args, context: {} })).ok;
}

export async function readUsers(database: LiveDatabase): Promise<Source<UserTrace>> {
  const domain = [['active', 'in', [true, false]]];
  const fields = ['login', 'name', 'active', 'login_date'];
  const call = { model: 'res.users', method: 'search_read', context: { active_test: false } };
  let outcome = await database.ask({ ...call, args: { domain, fields, limit: MOST_USERS, order: 'id' } });
  // Not everybody may see when others logged in, and still see who they are.
  if (!outcome.ok) {
    const less = fields.filter((field) => field !== 'login_date');
    outcome = await database.ask({ ...call, args: { domain, fields: less, limit: MOST_USERS, order: 'id' } });
  }
  const entries = recordsIn(outcome).flatMap((record) => {
    const uid = memberOf(record, 'id');
    if (!isRecordId(uid)) return [];
    const [login, name, lastLogin] = ['login', 'name', 'login_date'].map((field) => plain(memberOf(record, field)));
    return [{ uid, login: login ?? '', name: name ?? '', active: memberOf(record, 'active') !== false, lastLogin }];
  });
  return { state: stateOf(outcome, entries.length, MOST_USERS), entries };
}

/** Last logins by user from the log of logins, for where the users themselves do not say. */
export async function readLogins(
  database: LiveDatabase,
  since: string,
): Promise<Source<{ readonly uid: number; readonly at: string }>> {
  const args = {
    domain: [['create_date', '>=', since]],
    fields: ['create_uid', 'create_date'],
    limit: MOST_RECORDS,
    order: 'id desc',
  };
  const outcome = await database.ask({ model: 'res.users.log', method: 'search_read', args, context: {} });
  const entries = recordsIn(outcome).flatMap((record) => {
    const uid = linkedId(memberOf(record, 'create_uid'));
    const at = plain(memberOf(record, 'create_date'));
    return uid === undefined || at === undefined ? [] : [{ uid, at }];
  });
  return { state: stateOf(outcome, entries.length, MOST_RECORDS), entries };
}

/** Who created and changed records of a model since a moment, and how many. */
export async function readWriters(database: LiveDatabase, model: string, since: string): Promise<Source<WriterTrace>> {
  const created = await countBy(database, model, 'create_uid', [['create_date', '>=', since]]);
  const changed = await countBy(database, model, 'write_uid', [['write_date', '>=', since]]);
  const state = created.state === 'all' ? changed.state : created.state;
  const uids = [...new Set([...created.counts.keys(), ...changed.counts.keys()])].sort((a, b) => a - b);
  const entries = uids.map((uid) => ({
    uid,
    model,
    created: created.counts.get(uid) ?? 0,
    changed: changed.counts.get(uid) ?? 0,
  }));
  return { state, entries };
}

interface Counted {
  readonly state: SourceState;
  readonly counts: ReadonlyMap<number, number>;
}

async function countBy(
  { ask, major }: LiveDatabase,
  model: string,
  field: 'create_uid' | 'write_uid',
  domain: readonly unknown[],
): Promise<Counted> {
  const context = { active_test: false };
  const grouped = await ask(
    major >= 19
      ? { model, method: 'formatted_read_group', args: { domain, groupby: [field], aggregates: ['__count'] }, context }
      : { model, method: 'read_group', args: { domain, fields: [field], groupby: [field], lazy: false }, context },
  );
  if (grouped.ok) {
    const counts = new Map<number, number>();
    for (const group of recordsIn(grouped)) {
      const uid = linkedId(memberOf(group, field));
      const count = memberOf(group, '__count') ?? memberOf(group, `${field}_count`);
      if (uid !== undefined && typeof count === 'number') counts.set(uid, count);
    }
    return { state: 'all', counts };
  }
  if (isDenied(grouped)) return { state: 'denied', counts: new Map() };
  const args = { domain, fields: [field], limit: MOST_RECORDS, order: 'id desc' };
  const outcome = await ask({ model, method: 'search_read', args, context });
  const counts = new Map<number, number>();
  for (const record of recordsIn(outcome)) {
    const uid = linkedId(memberOf(record, field));
    if (uid !== undefined) counts.set(uid, (counts.get(uid) ?? 0) + 1);
  }
  return { state: stateOf(outcome, recordsIn(outcome).length, MOST_RECORDS), counts };
}

function stateOf(outcome: TypedOutcome, count: number, most: number): SourceState {
  if (outcome.ok) return count >= most ? 'cut' : 'all';
  return isDenied(outcome) ? 'denied' : 'absent';
}

function linkedId(value: unknown): number | undefined {
  const id: unknown = Array.isArray(value) ? value[0] : value;
  return isRecordId(id) ? id : undefined;
}

/** One line of text, as it may be printed. */
function plain(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return value.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?').slice(0, 100);
}
