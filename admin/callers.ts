import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { parse as parseYaml } from 'yaml';

/** Who calls the admin API: the administrator may do all, an auditor may read what is on record. */
export interface AdminCaller {
  /** Stands in the ledger as the actor. */
  readonly name: string;
  readonly role: 'administrator' | 'auditor';
}

/** Says whose token an Authorization header carries; takes the same time whatever is wrong. */
export type IdentifyCaller = (authorization: string | undefined, now: number) => Promise<AdminCaller | undefined>;

interface Auditor extends AdminCaller {
  readonly digest: Buffer;
  /** Milliseconds since the epoch: the first moment at which the token is no longer good. */
  readonly end: number;
}

const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/;
const DAY_MS = 86_400_000;
const MOST_BYTES = 1_048_576;
const MOST_AUDITORS = 1000;

/**
 * Knows the administrator by the admin token (read through a ReadSecret that refuses weak ones) and auditors by a file,
 * which is looked at again whenever it has changed: who is taken out has no entry any more. Rejects when the file is not
 * what it should be, naming the mend.
 */
export async function adminCallers(adminToken: string, auditorsFile: string | undefined): Promise<IdentifyCaller> {
  if (adminToken === '') throw new Error('the admin token is empty; set it');
  const administrator = { name: 'administrator', role: 'administrator', digest: digestOf(adminToken) } as const;
  const auditors = auditorsFile === undefined ? async () => [] : await watchedAuditors(auditorsFile);
  return async (authorization, now) => {
    const given = /^Bearer +([\x21-\x7e]+)$/i.exec(authorization ?? '')?.[1];
    // Digests are of one length, so that not even the length of a token shows.
    const digest = digestOf(given ?? '');
    let found: AdminCaller | undefined;
    for (const auditor of await auditors()) {
      if (timingSafeEqual(digest, auditor.digest) && now < auditor.end) found = auditor;
    }
    if (timingSafeEqual(digest, administrator.digest)) found = administrator;
    return given === undefined || found === undefined ? undefined : { name: found.name, role: found.role };
  };
}

/** What stands in the file for a token. */
export function tokenDigest(token: string): string {
  return `sha256:${digestOf(token).toString('hex')}`;
}

async function watchedAuditors(path: string): Promise<() => Promise<readonly Auditor[]>> {
  let seen = '';
  let auditors: readonly Auditor[] = [];
  const look = async (): Promise<readonly Auditor[]> => {
    const { mtimeMs, size, ino } = await stat(path);
    const now = `${mtimeMs} ${size} ${ino}`;
    if (now !== seen) {
      if (size > MOST_BYTES) throw new Error(`${path} is too large for a file of auditors`);
      auditors = parseAuditors(await readFile(path, 'utf8'), path);
      seen = now;
    }
    return auditors;
  };
  await look();
  // A file that has become unreadable lets nobody in.
  return () => look().catch(() => []);
}

function parseAuditors(text: string, path: string): readonly Auditor[] {
  const document: unknown = parseYaml(text, { maxAliasCount: 0 });
  const { auditors } = (document ?? {}) as { auditors?: unknown };
  if (!Array.isArray(auditors) || auditors.length > MOST_AUDITORS) {
    throw new Error(
      `${path} must hold a list of at most ${MOST_AUDITORS} auditors: "auditors: [{name, token, until}]"`,
    );
  }
  return auditors.map((one: unknown, at) => parseAuditor(one, `auditor ${at + 1} of ${path}`));
}

function parseAuditor(one: unknown, where: string): Auditor {
  const { name, token, until } = (one ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string' || !NAME.test(name) || name === 'administrator') {
    throw new Error(`${where} needs a name of lower-case letters, digits, dots and dashes`);
  }
  const hex = typeof token === 'string' ? /^sha256:([0-9a-f]{64})$/.exec(token)?.[1] : undefined;
  if (hex === undefined) {
    throw new Error(
      `${where} (${name}) needs "token: sha256:…", see "portcullis audit invite"; never the token itself`,
    );
  }
  const last = until instanceof Date ? until.toISOString().slice(0, 10) : until;
  const day = typeof last === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(last) ? Date.parse(last) : Number.NaN;
  if (Number.isNaN(day)) throw new Error(`${where} (${name}) needs "until": the last day (UTC), such as 2027-03-31`);
  return { name, role: 'auditor', digest: Buffer.from(hex, 'hex'), end: day + DAY_MS };
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
