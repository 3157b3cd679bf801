import type { CallKind } from './guard/access.ts';

/** A method that the gateway understands, as one major version of Odoo has it. */
export interface MethodSignature {
  /** What it does; `web_save` creates without ids and updates with them. */
  readonly kind: Exclude<CallKind, 'action'> | 'save';
  /** Has no ids (`@api.model`): its first positional argument is its first parameter. */
  readonly onModel: boolean;
  /** Names of the parameters in order, as Odoo 19 has them. */
  readonly parameters: readonly string[];
  /** How many of them must be given. */
  readonly required: number;
  /** Parameters that have a name but no place. */
  readonly keywords?: readonly string[];
}

interface Known extends MethodSignature {
  readonly since?: number;
  readonly until?: number;
  /** Parameters in versions up to and with the key, where they differ. */
  readonly formerly?: Readonly<Record<number, readonly string[]>>;
}

const onModel = (kind: Known['kind'], parameters: string, required = 0, more: Partial<Known> = {}): Known => ({
  kind,
  onModel: true,
  parameters: parameters === '' ? [] : parameters.split(' '),
  required,
  ...more,
});
const onRecords = (...given: Parameters<typeof onModel>): Known => ({ ...onModel(...given), onModel: false });

/**
 * Every method that can be reached over the Odoo protocols, besides the actions that a grant names: whatever is not here
 * does not exist. Parameter names are uniform over all models (reference: signatures of a live Odoo 19).
 */
const METHODS: Readonly<Record<string, Known>> = {
  search: onModel('read', 'domain offset limit order', 1),
  search_count: onModel('read', 'domain limit', 1),
  search_read: onModel('read', 'domain fields offset limit order', 0, { keywords: ['load'] }),
  read: onRecords('read', 'fields load'),
  name_search: onModel('read', 'name domain operator limit'),
  name_get: onRecords('read', '', 0, { until: 16 }),
  fields_get: onModel('read', 'allfields attributes'),
  // Clients that browse nothing ask for it: without a right to create it answers with no value.
  default_get: onModel('read', 'fields', 1),
  read_group: onModel('read', 'domain fields groupby offset limit orderby lazy', 3),
  formatted_read_group: onModel('read', 'domain groupby aggregates having offset limit order', 1, { since: 19 }),
  web_read: onRecords('read', 'specification', 1, { since: 17 }),
  web_search_read: onModel('read', 'domain specification offset limit order count_limit', 1, {
    formerly: { 16: ['domain', 'fields', 'offset', 'limit', 'order', 'count_limit'] },
  }),
  web_save: onRecords('save', 'vals specification next_id', 2, { since: 17 }),
  export_data: onRecords('read', 'fields_to_export', 1),
  exists: onRecords('read', '', 0, { until: 18 }),
  has_access: onRecords('read', 'operation', 1, { since: 18 }),
  check_access_rights: onModel('read', 'operation raise_exception', 1, { until: 18 }),
  create: onModel('create', 'vals_list', 1),
  name_create: onModel('create', 'name', 1),
  write: onRecords('update', 'vals', 1),
  action_archive: onRecords('update', ''),
  action_unarchive: onRecords('update', ''),
  unlink: onRecords('delete', ''),
};

/** Keyword names that older versions use for a parameter, by method. */
export const FORMER_KEYWORDS: Readonly<
  Record<string, Readonly<Record<string, { readonly name: string; readonly until: number }>>>
> = {
  name_search: { args: { name: 'domain', until: 18 } },
  // The base names it so, some overrides do not: both are understood.
  default_get: { fields_list: { name: 'fields', until: 18 } },
};

export const METHOD_NAMES: readonly string[] = Object.keys(METHODS);

/** The signature in a major version; undefined where that version has no such method, or the gateway knows none. */
export function signatureOf(method: string, major: number): MethodSignature | undefined {
  const known = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (known === undefined || major < (known.since ?? 0) || major > (known.until ?? Number.POSITIVE_INFINITY)) {
    return undefined;
  }
  const former = Object.entries(known.formerly ?? {}).find(([until]) => major <= Number(until));
  return former === undefined ? known : { ...known, parameters: former[1] };
}
