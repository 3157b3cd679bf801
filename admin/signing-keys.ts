import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { replaceFile } from '../storage/replace-file.ts';

export type SigningAlgorithm = 'RS256' | 'ES256';

/** A JSON Web Key (RFC 7517); private here unless it is said to be public. */
export type KeyMaterial = Readonly<Record<string, unknown>>;

/** The keys in force at one moment. The same object as long as nothing changes. */
export interface KeysInForce {
  /** Signs new tokens. */
  readonly signing: { readonly keyId: string; readonly algorithm: SigningAlgorithm };
  /** The signing key first, then keys published ahead and keys whose tokens are still alive. */
  readonly privateKeys: { readonly keys: readonly KeyMaterial[] };
  readonly publicKeys: { readonly keys: readonly KeyMaterial[] };
}

/** When the new key takes over, milliseconds since the epoch. */
export interface Rotation {
  readonly keyId: string;
  readonly usedFrom: number;
}

export interface SigningKeys {
  /** `now` in milliseconds since the epoch. */
  at(now: number): KeysInForce;
  /**
   * Publishes a new key, which takes over once everybody has had time to fetch it; the old one stays published until the
   * last token it signed has expired. A rotation that is under way is answered again. `compromised`: the new key signs at
   * once and every other key, with every token it signed, is refused from now on.
   */
  rotate(now: number, options?: { readonly compromised?: boolean }): Promise<Rotation>;
}

export interface SigningKeysOptions {
  /** Holds `signing-keys.json`, mode 0600; created with the first key when it is missing. */
  readonly folder: string;
  /** For keys made from now on. Default RS256. */
  readonly algorithm?: SigningAlgorithm;
  /** Default 15 minutes: gateways fetch keys every 10. */
  readonly publishAheadMs?: number;
  /** Longest life of a token and some leeway. Default 1 hour and 1 minute. */
  readonly overlapMs?: number;
}

interface StoredKey {
  readonly usedFrom: number;
  readonly algorithm: SigningAlgorithm;
  readonly keyId: string;
  readonly jwk: KeyMaterial;
}

const FILE = 'signing-keys.json';

/** Opens the keys that outlive a restart. Rejects with the mend when the file is open to others or cannot be understood. */
export async function openSigningKeys(options: SigningKeysOptions): Promise<SigningKeys> {
  const { folder, algorithm = 'RS256', publishAheadMs = 900_000, overlapMs = 3_660_000 } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, FILE);
  let stored = await load(path);
  if (stored.length === 0) {
    stored = [await makeKey(algorithm, 0)];
    await save(path, stored);
  }
  let current: { readonly from: number; readonly until: number; readonly keys: KeysInForce } | undefined;
  let lastRotation: Promise<unknown> = Promise.resolve();

  async function rotate(now: number, compromised: boolean): Promise<Rotation> {
    const waiting = stored.find((key) => key.usedFrom > now);
    if (waiting !== undefined && !compromised) return { keyId: waiting.keyId, usedFrom: waiting.usedFrom };
    const fresh = await makeKey(algorithm, compromised ? now : now + publishAheadMs);
    const next = compromised ? [fresh] : [...published(stored, now, overlapMs), fresh];
    await save(path, next);
    stored = next;
    current = undefined;
    return { keyId: fresh.keyId, usedFrom: fresh.usedFrom };
  }

  return {
    at(now) {
      if (current === undefined || now < current.from || now >= current.until) {
        current = { ...period(stored, now, overlapMs), keys: inForce(stored, now, overlapMs) };
      }
      return current.keys;
    },
    rotate(now, { compromised = false } = {}) {
      const turn = lastRotation.then(() => rotate(now, compromised));
      lastRotation = turn.catch(() => {});
      return turn;
    },
  };
}

/** Keys whose tokens may still be alive, and those that are to come; `stored` is in order of use. */
function published(stored: readonly StoredKey[], now: number, overlapMs: number): readonly StoredKey[] {
  return stored.filter((_, at) => {
    const successor = stored[at + 1];
    return successor === undefined || successor.usedFrom + overlapMs > now;
  });
}

function inForce(stored: readonly StoredKey[], now: number, overlapMs: number): KeysInForce {
  const keys = published(stored, now, overlapMs);
  const signing = keys.findLast((key) => key.usedFrom <= now) ?? keys[0];
  if (signing === undefined) throw new Error('there is no signing key');
  const ordered = [signing, ...keys.filter((key) => key !== signing)];
  const named = ordered.map(({ jwk, keyId, algorithm }) => ({ ...jwk, kid: keyId, alg: algorithm, use: 'sig' }));
  return {
    signing: { keyId: signing.keyId, algorithm: signing.algorithm },
    privateKeys: { keys: named },
    publicKeys: { keys: named.map(publicPart) },
  };
}

/** Between two changes the keys are the same, in whatever order they are asked for. */
function period(stored: readonly StoredKey[], now: number, overlapMs: number): { from: number; until: number } {
  const moments = stored.flatMap(({ usedFrom }) => [usedFrom, usedFrom + overlapMs]);
  return {
    from: Math.max(...moments.filter((moment) => moment <= now), Number.NEGATIVE_INFINITY),
    until: Math.min(...moments.filter((moment) => moment > now), Number.POSITIVE_INFINITY),
  };
}

/** Names what may be shown, so that nothing new can slip out. */
function publicPart(jwk: KeyMaterial): KeyMaterial {
  const shown: Record<string, unknown> = {};
  for (const name of ['kty', 'kid', 'alg', 'use', 'n', 'e', 'crv', 'x', 'y']) {
    if (jwk[name] !== undefined) shown[name] = jwk[name];
  }
  return shown;
}

async function makeKey(algorithm: SigningAlgorithm, usedFrom: number): Promise<StoredKey> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true, modulusLength: 2048 });
  const jwk = await exportJWK(privateKey);
  return { usedFrom, algorithm, keyId: await calculateJwkThumbprint(jwk), jwk: { ...jwk } };
}

async function load(path: string): Promise<readonly StoredKey[]> {
  let text: string;
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0) throw new Error(`${path} is open to other users; chmod 600 it`);
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const stored = parse(text);
  if (stored === undefined) throw new Error(`${path} holds no signing keys; restore it or move it away to start anew`);
  return stored;
}

function parse(text: string): readonly StoredKey[] | undefined {
  try {
    const { keys } = JSON.parse(text) as { keys?: unknown };
    return Array.isArray(keys) && keys.length > 0 && keys.every(isStoredKey) ? keys : undefined;
  } catch {
    return undefined;
  }
}

function isStoredKey(value: unknown): value is StoredKey {
  if (typeof value !== 'object' || value === null) return false;
  const { usedFrom, algorithm, keyId, jwk } = value as Partial<Record<keyof StoredKey, unknown>>;
  const known = algorithm === 'RS256' || algorithm === 'ES256';
  return known && typeof usedFrom === 'number' && typeof keyId === 'string' && typeof jwk === 'object' && jwk !== null;
}

/** Whole or not at all: a file half written would make every token worthless. */
async function save(path: string, keys: readonly StoredKey[]): Promise<void> {
  await replaceFile(path, JSON.stringify({ keys }));
}
