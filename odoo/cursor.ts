import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** The place in a list after which the next page begins: the sort values of its last record, as Odoo had them, and its id. */
export interface Position {
  readonly values: readonly (string | number | boolean)[];
  readonly id: number;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;
const LONGEST = 6000;

/**
 * Cursors hold values of fields that the consumer may not be able to see, so they are encrypted (AES-256-GCM), and bound
 * to the list they were made for: a cursor of another consumer, grant, operation, filter or order does not open.
 */
export class CursorSeal {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  seal(position: Position, list: readonly unknown[]): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv).setAAD(digest(list));
    const text = cipher.update(JSON.stringify([position.values, position.id]), 'utf8');
    return Buffer.concat([iv, text, cipher.final(), cipher.getAuthTag()]).toString('base64url');
  }

  /** Undefined for whatever was not sealed here for this list. */
  open(cursor: string, list: readonly unknown[]): Position | undefined {
    if (cursor.length > LONGEST || !/^[\w-]+$/.test(cursor)) return undefined;
    const bytes = Buffer.from(cursor, 'base64url');
    if (bytes.length <= IV_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(digest(list)).setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
      const [values, id] = JSON.parse(text.toString('utf8'));
      return { values, id };
    } catch {
      return undefined;
    }
  }
}

function digest(list: readonly unknown[]): Buffer {
  return createHash('sha256').update(JSON.stringify(list)).digest();
}
