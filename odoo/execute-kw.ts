import type { TypedCall } from './typed-call.ts';

/** Who calls where the key is sent with each call, beside the user id that `authenticate` gave. */
export interface OdooUser {
  readonly database: string;
  readonly uid: number;
  readonly apiKey: string;
}

/** Order of the positional arguments. Overrides and versions rename them, so names are not relied upon. */
const POSITIONS: Readonly<Record<string, readonly string[]>> = {
  search: ['domain', 'offset', 'limit', 'order'],
  search_count: ['domain', 'limit'],
  search_read: ['domain', 'fields', 'offset', 'limit', 'order'],
  read: ['fields', 'load'],
  create: ['vals_list'],
  write: ['vals'],
  unlink: [],
  copy: ['default'],
  fields_get: ['allfields', 'attributes'],
  name_search: ['name', 'domain', 'operator', 'limit'],
  name_create: ['name'],
  default_get: ['fields'],
  read_group: ['domain', 'fields', 'groupby', 'offset', 'limit', 'orderby', 'lazy'],
};

/** Defaults of parameters that stand before one whose name differs between versions. */
const FILLED: Readonly<Record<string, Readonly<Record<string, unknown>>>> = { name_search: { name: '' } };

/** The arguments of `object.execute_kw`: ids first, then positional ones up to the first that is missing, the rest by name. */
export function executeKwArguments(call: TypedCall, user: OdooUser): readonly unknown[] {
  const order = Object.hasOwn(POSITIONS, call.method) ? (POSITIONS[call.method] ?? []) : [];
  const filled = Object.hasOwn(FILLED, call.method) ? FILLED[call.method] : undefined;
  const named = new Map(Object.entries({ ...filled, ...call.args }));
  const positional: unknown[] = call.ids === undefined ? [] : [call.ids];
  for (const name of order) {
    if (!named.has(name)) break;
    positional.push(named.get(name));
    named.delete(name);
  }
  const keywords = { ...Object.fromEntries(named), context: call.context };
  return [user.database, user.uid, user.apiKey, call.model, call.method, positional, keywords];
}
