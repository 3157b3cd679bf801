import { createHash, type Hash } from 'node:crypto';
import { canonicalJson } from '../record/canonical-json.ts';

const ID_BYTES = 16;
/** Lists that come in parts and are not complete yet. */
const MOST_OPEN = 1000;

interface OpenList {
  readonly hash: Hash;
  readonly of: number;
  part: number;
}

/** Ids that were defined since the last epoch, each held against what it stands for (see DefineEntry in audit/entry.ts). */
export class Definitions {
  #known = new Set<string>();
  #open = new Map<string, OpenList>();

  /** A new epoch: what was defined before counts no more. */
  begin(): void {
    this.#known = new Set();
    this.#open = new Map();
  }

  has(id: string): boolean {
    return this.#known.has(id);
  }

  /** Takes a `define` entry; says what is wrong with it. */
  add(entry: Readonly<Record<string, unknown>>): string | undefined {
    const { id, list, place, part } = entry;
    if (typeof id !== 'string') return 'it defines no id';
    if (!Array.isArray(list) && (typeof place !== 'object' || place === null)) return 'it defines nothing';
    if (Array.isArray(list) && part !== undefined) return this.#addPart(id, list, part);
    if (idOf(createHash('sha256').update(canonicalJson(list ?? place))) !== id)
      return `its id ${id} is not that of its content`;
    this.#known.add(id);
    return undefined;
  }

  #addPart(id: string, list: readonly unknown[], part: unknown): string | undefined {
    const [which, of] = Array.isArray(part) ? (part as unknown[]) : [];
    if (typeof which !== 'number' || typeof of !== 'number' || which < 1 || which > of) return 'its part is malformed';
    if (which === 1 && this.#open.size < MOST_OPEN)
      this.#open.set(id, { hash: createHash('sha256').update('['), of, part: 0 });
    const open = this.#open.get(id);
    if (open?.of !== of || open.part !== which - 1) return `part ${which} of ${id} does not follow the one before`;
    const inner = canonicalJson(list).slice(1, -1);
    open.hash.update(which === 1 || inner === '' ? inner : `,${inner}`);
    open.part = which;
    if (which < of) return undefined;
    this.#open.delete(id);
    if (idOf(open.hash.update(']')) !== id) return `its id ${id} is not that of its content`;
    this.#known.add(id);
    return undefined;
  }
}

function idOf(hash: Hash): string {
  return hash.digest().subarray(0, ID_BYTES).toString('base64url');
}
