import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { parse as parseYaml } from 'yaml';

/** A user that may log in on behalf of a client, with the claims that tokens may carry. */
export interface Account {
  readonly login: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Where users come from. */
export interface AccountSource {
  /** The account, when the password is right. Takes as long for a login that does not exist. */
  authenticate(login: string, password: string): Promise<Account | undefined>;
  /** The account, when it (still) exists. */
  find(login: string): Account | undefined;
}

interface User extends Account {
  readonly passwordHash: PasswordHash;
}

interface PasswordHash {
  readonly options: ScryptOptions;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const COST = { N: 32_768, r: 8, p: 1 };
const HASH = /^scrypt\$(\d{1,7})\$(\d{1,2})\$(\d{1,2})\$([A-Za-z0-9_-]{16,})\$([A-Za-z0-9_-]{43})$/;
const MAXIMUM_USERS = 10_000;
const MAXIMUM_PASSWORD = 256;
const MAXIMUM_BYTES = 4_194_304;

/** No users: nobody can log in. */
export const noAccounts: AccountSource = { authenticate: async () => undefined, find: () => undefined };

/** `scrypt$N$r$p$salt$hash` for a user file (RFC 7914; base64url). */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, { options: COST, salt });
  return `scrypt$${COST.N}$${COST.r}$${COST.p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

/**
 * Reads `{users: [{login, passwordHash, claims}]}` in YAML or JSON. Rejects, naming the user and the mend, when it is not
 * that. The file is read once: a changed file is in force after a restart.
 */
export async function accountsFromFile(path: string): Promise<AccountSource> {
  if ((await stat(path)).size > MAXIMUM_BYTES) throw new Error(`${path} is too large for a user file`);
  const document: unknown = parseYaml(await readFile(path, 'utf8'), { maxAliasCount: 0 });
  const users = readUsers(document, path);
  const decoy: PasswordHash = { options: COST, salt: randomBytes(16), hash: randomBytes(32) };
  return {
    async authenticate(login, password) {
      if (password.length > MAXIMUM_PASSWORD) return undefined;
      const user = users.get(login);
      const expected = user?.passwordHash ?? decoy;
      const same = timingSafeEqual(await derive(password, expected), expected.hash);
      return same ? user : undefined;
    },
    find: (login) => users.get(login),
  };
}

function readUsers(document: unknown, path: string): ReadonlyMap<string, User> {
  const list = isObject(document) ? document.users : undefined;
  if (!Array.isArray(list) || list.length > MAXIMUM_USERS) throw new Error(`${path} needs a list "users"`);
  const users = new Map<string, User>();
  for (const [at, entry] of list.entries()) {
    const { login, passwordHash, claims = {} } = isObject(entry) ? entry : {};
    if (typeof login !== 'string' || login === '' || login.length > 256) {
      throw new Error(`${path}: user ${at + 1} needs a "login"`);
    }
    if (users.has(login)) throw new Error(`${path}: ${login} stands there twice; remove one`);
    const hash = typeof passwordHash === 'string' ? readHash(passwordHash) : undefined;
    if (hash === undefined) throw new Error(`${path}: ${login} needs a "passwordHash" (scrypt$N$r$p$salt$hash)`);
    if (!isObject(claims)) throw new Error(`${path}: the "claims" of ${login} are not an object`);
    users.set(login, { login, claims: Object.freeze({ ...claims }), passwordHash: hash });
  }
  return users;
}

function readHash(text: string): PasswordHash | undefined {
  const [, cost, r, p, salt, hash] = HASH.exec(text) ?? [];
  if (salt === undefined || hash === undefined) return undefined;
  const options = { N: Number(cost), r: Number(r), p: Number(p) };
  const powerOfTwo = options.N >= 1024 && options.N <= 1_048_576 && (options.N & (options.N - 1)) === 0;
  const sane = powerOfTwo && options.r >= 1 && options.p >= 1 && 128 * options.N * options.r <= 268_435_456;
  return sane ? { options, salt: Buffer.from(salt, 'base64url'), hash: Buffer.from(hash, 'base64url') } : undefined;
}

function derive(password: string, { options, salt }: Pick<PasswordHash, 'options' | 'salt'>): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const memory = { ...options, maxmem: 512 * 1024 * 1024 };
    scrypt(password.normalize('NFKC'), salt, 32, memory, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
