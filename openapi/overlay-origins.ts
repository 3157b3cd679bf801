import type { SourceMap } from '../catalog/catalog.ts';
import type { Place } from '../catalog/fault.ts';
import { pointerTokens } from '../catalog/source-text.ts';
import { childPointer } from './json-pointer.ts';
import { isList, member } from './plain-data.ts';

/** A value in one of the files that an overlaid document is made of. */
export interface Origin {
  readonly source: SourceMap;
  readonly pointer: string;
}

/** Where an element of a changed list was written: its index in the list as it was, or somewhere else. */
type ElementOrigin = number | Origin;

/**
 * Where the values of a document with overlays were written: a fault that an overlay has caused is mended there, not in
 * the vendor's file. What no overlay has touched stands where the document has it.
 */
export class OverlayOrigins implements SourceMap {
  readonly file: string;
  readonly #source: SourceMap;
  readonly #members = new WeakMap<object, Map<string, Origin>>();
  readonly #elements = new WeakMap<object, ElementOrigin[]>();
  readonly #removed = new WeakMap<object, Map<string, Origin>>();
  #document: unknown;

  constructor(source: SourceMap, document: unknown) {
    this.file = source.file;
    this.#source = source;
    this.#document = document;
  }

  /** The whole document is another one now. */
  replaced(document: unknown): void {
    this.#document = document;
  }

  /** The member `name` of `holder` has its value from an overlay. */
  set(holder: object, name: string, origin: Origin): void {
    entryOf(this.#members, holder, () => new Map<string, Origin>()).set(name, origin);
    this.#removed.get(holder)?.delete(name);
  }

  /** An overlay has appended an element to `list`, which now is the last. */
  appended(list: readonly unknown[], origin: Origin): void {
    const elements = this.#elements.get(list) ?? Array.from({ length: list.length - 1 }, (_, index) => index);
    this.#elements.set(list, elements);
    elements.push(origin);
  }

  /** An overlay has taken a member out of `holder`; of a list, the indexes of those behind it have changed. */
  removed(holder: object, key: string | number, origin: Origin): void {
    if (isList(holder)) {
      // The list is one shorter already.
      entryOf(this.#elements, holder, () => [...Array(holder.length + 1).keys()]).splice(Number(key), 1);
      return;
    }
    this.#members.get(holder)?.delete(String(key));
    entryOf(this.#removed, holder, () => new Map<string, Origin>()).set(String(key), origin);
  }

  locate(pointer: string): Place {
    const { source, pointer: written } = this.#trace(pointer).at;
    return source.locate(written);
  }

  /** Place of the overlay's action that has taken out what stood at `pointer`; undefined where none has. */
  removal(pointer: string): Place | undefined {
    const { at, isRemoved } = this.#trace(pointer);
    return isRemoved ? at.source.locate(at.pointer) : undefined;
  }

  #trace(pointer: string): { readonly at: Origin; readonly isRemoved: boolean } {
    let at: Origin = { source: this.#source, pointer: '' };
    let value = this.#document;
    for (const token of pointerTokens(pointer)) {
      if (typeof value !== 'object' || value === null) break;
      const removed = this.#removed.get(value)?.get(token);
      if (removed !== undefined) return { at: removed, isRemoved: true };
      at = this.#below(value, token, at);
      value = isList(value) ? value[Number(token)] : member(value, token);
    }
    return { at, isRemoved: false };
  }

  #below(holder: object, token: string, at: Origin): Origin {
    const own = isList(holder) ? this.#elements.get(holder)?.[Number(token)] : this.#members.get(holder)?.get(token);
    if (typeof own === 'object') return own;
    return { source: at.source, pointer: childPointer(at.pointer, own ?? token) };
  }
}

function entryOf<V>(map: WeakMap<object, V>, key: object, make: () => V): V {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}
