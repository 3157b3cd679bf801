/** A JSON object of unknown content. Names come from outside: read members with `member`, never with a bare index. */
export type PlainObject = { readonly [name: string]: unknown };

export function isObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** The own member of that name; undefined for anything inherited, missing, or asked of what is no object. */
export function member(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Own members in order; none for what is no object. */
export function members(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : [];
}

/** The strings of a list; none for what is no list. */
export function strings(value: unknown): string[] {
  return isList(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** An empty object on which `__proto__` is a name like any other. */
export function emptyObject(): Record<string, unknown> {
  return Object.create(null);
}
