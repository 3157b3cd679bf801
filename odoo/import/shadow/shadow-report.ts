import type { LiveDatabase } from '../live-database.ts';
import type { Explainer } from './explain-users.ts';
import {
  type KeyTrace,
  readKeys,
  readLogins,
  readUsers,
  readWriters,
  type SourceState,
  type UserTrace,
  type WriterTrace,
} from './read-traces.ts';

/** A trace with the login of its user, and what of the catalog explains it; undefined: a finding. */
export type Explained<T> = T & { readonly login: string; readonly explainedBy: string | undefined };

export interface ShadowReport {
  readonly keys: readonly Explained<KeyTrace>[];
  /** Users who logged in within the days asked for. */
  readonly logins: readonly Explained<UserTrace>[];
  readonly writers: readonly Explained<WriterTrace>[];
  /** How much of each source could be read. */
  readonly sources: Readonly<Record<string, SourceState>>;
  readonly findings: number;
}

export interface ShadowQuestion {
  /** Moment from which traces count, as Odoo writes it: `2026-11-01 00:00:00`, UTC. */
  readonly since: string;
  /** Models whose writers are asked for. */
  readonly models: readonly string[];
}

/** User 1 is Odoo itself: scheduled actions, and installations. */
const ODOO_ITSELF = 1;

/** Keys, logins and writers of a database, each with what explains it. Throws a DatabaseError. */
export async function shadowReport(
  database: LiveDatabase,
  explain: Explainer,
  { since, models }: ShadowQuestion,
  progress: (line: string) => void,
): Promise<ShadowReport> {
  progress('reading keys and users');
  const keys = await readKeys(database);
  const users = await readUsers(database);
  const logins = await readLogins(database, since);
  const byId = new Map(users.entries.map((user) => [user.uid, user]));
  const loginOf = (uid: number) => byId.get(uid)?.login ?? `user ${uid}`;
  const why = (uid: number) =>
    uid === ODOO_ITSELF ? { by: 'Odoo itself', keys: undefined } : explain.login(loginOf(uid));

  const lastLogin = new Map<number, string>();
  for (const { uid, at } of logins.entries) if (at > (lastLogin.get(uid) ?? '')) lastLogin.set(uid, at);
  const recent = [...new Set([...byId.keys(), ...lastLogin.keys()])].flatMap((uid) => {
    const user = byId.get(uid);
    const last = [user?.lastLogin ?? '', lastLogin.get(uid) ?? ''].sort().at(-1) ?? '';
    if (last < since) return [];
    const known = user ?? { uid, login: loginOf(uid), name: '', active: true, lastLogin: undefined };
    return [{ ...known, lastLogin: last, explainedBy: why(uid)?.by }];
  });

  const sources: Record<string, SourceState> = { keys: keys.state, users: users.state, logins: logins.state };
  const writers: Explained<WriterTrace>[] = [];
  for (const [index, model] of models.entries()) {
    progress(`counting who wrote ${model} (${index + 1} of ${models.length})`);
    const read = await readWriters(database, model, since);
    sources[`writers of ${model}`] = read.state;
    for (const trace of read.entries)
      writers.push({ ...trace, login: loginOf(trace.uid), explainedBy: why(trace.uid)?.by });
  }
  const explainedKeys = explainKeys(keys.entries, loginOf, why, explain);
  const all = [...explainedKeys, ...recent, ...writers];
  return {
    keys: explainedKeys,
    logins: recent.sort((a, b) => (a.login < b.login ? -1 : 1)),
    writers: writers.sort((a, b) => (a.login === b.login ? (a.model < b.model ? -1 : 1) : a.login < b.login ? -1 : 1)),
    sources,
    findings: all.filter(({ explainedBy }) => explainedBy === undefined).length,
  };
}

/** A bot has one key per system that calls with it: one more is somebody else's. */
function explainKeys(
  keys: readonly KeyTrace[],
  loginOf: (uid: number) => string,
  why: (uid: number) => ReturnType<Explainer['login']>,
  explain: Explainer,
): Explained<KeyTrace>[] {
  const left = new Map<number, number>();
  const inOrder = [...keys].sort((a, b) => (a.created === b.created ? 0 : a.created < b.created ? -1 : 1));
  return inOrder.map((key) => {
    const reason = why(key.uid);
    const rest = left.get(key.uid) ?? reason?.keys ?? Number.POSITIVE_INFINITY;
    const covered = reason !== undefined && rest > 0;
    if (covered) left.set(key.uid, rest - 1);
    const explainedBy = covered ? reason.by : explain.key(key.name)?.by;
    return { ...key, login: loginOf(key.uid), explainedBy };
  });
}
