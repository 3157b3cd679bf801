import { pointerToken, pointerTokens } from '../catalog/source-text.ts';
import { isList, member } from './plain-data.ts';

/** `pointer` and one more token (RFC 6901). */
export function childPointer(pointer: string, token: string | number): string {
  return `${pointer}/${pointerToken(token)}`;
}

/** The value at that pointer; undefined where there is none. Only own members are seen. */
export function valueAt(root: unknown, pointer: string): unknown {
  let value = root;
  for (const token of pointerTokens(pointer)) {
    value = isList(value)
      ? /^(?:0|[1-9]\d{0,8})$/.test(token)
        ? value[Number(token)]
        : undefined
      : member(value, token);
    if (value === undefined) return undefined;
  }
  return value;
}

/**
 * The JSON Pointer of a `$ref` inside its own document (`#`, `#/…`, percent-decoded, RFC 6901 §6); undefined for any
 * other reference.
 */
export function localReference(reference: string): string | undefined {
  if (reference !== '#' && !reference.startsWith('#/')) return undefined;
  try {
    const pointer = decodeURIComponent(reference.slice(1));
    return /~(?![01])/.test(pointer) ? undefined : pointer;
  } catch {
    return undefined;
  }
}
