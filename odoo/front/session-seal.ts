import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Who a session belongs to. It ends with its time or with the key that opened it. */
export interface Session {
  /** Of the client's API key; see ApiClient. */
  readonly fingerprint: string;
  readonly database: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;
const LONGEST = 2000;
export const SESSION_MS = 12 * 3600 * 1000;

/** Sessions without a store: what they are about is in the cookie, encrypted (AES-256-GCM), and opens at every gateway. */
export class SessionSeal {
  readonly #key: Buffer;

  /** 32 bytes. */
  constructor(key: Buffer) {
    this.#key = key;
  }

  seal({ fingerprint, database, expiresAt }: Session): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv);
    const text = cipher.update(JSON.stringify([fingerprint, database, expiresAt]), 'utf8');
    return Buffer.concat([iv, text, cipher.final(), cipher.getAuthTag()]).toString('base64url');
  }

  /** Undefined for whatever was not sealed here, and after its time. `now` in milliseconds since the epoch. */
  open(token: string, now: number): Session | undefined {
    if (token.length > LONGEST || !/^[\w-]+$/.test(token)) return undefined;
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length <= IV_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    }).setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
      const [fingerprint, database, expiresAt] = JSON.parse(text.toString('utf8'));
      return now < expiresAt ? { fingerprint, database, expiresAt } : undefined;
    } catch {
      return undefined;
    }
  }
}

/** `Set-Cookie` of a session as Odoo's clients expect it; without a token the one that ends it. */
export function sessionCookie(token: string | undefined, isSecure: boolean): readonly string[] {
  const life = token === undefined ? 0 : SESSION_MS / 1000;
  const secure = isSecure ? '; Secure' : '';
  return ['set-cookie', `session_id=${token ?? ''}; Path=/; Max-Age=${life}; HttpOnly; SameSite=Lax${secure}`];
}
