import { isRecordId } from '../typed-call.ts';
import { isOdooList, isOdooObject, type OdooObject, type OdooValue, odooObject } from '../wire/value.ts';
import type { CallKind, GuardRun, ModelAccess } from './access.ts';
import { contextName } from './context-name.ts';
import { missingCompany } from './refusals.ts';

const LANGUAGE = /^[a-z]{2,3}(?:_[A-Z]{2}|_\d{3})?(?:@[a-z]{2,10})?$/;
const TIME_ZONE = /^[A-Za-z][A-Za-z0-9_+-]{0,30}(?:\/[A-Za-z0-9_+-]{1,30}){0,2}$/;
/** Keys that no grant opens: they change values, labels, the user, or what Odoo notes about a change. */
const NEVER =
  /^(?:default_|search_default_|show_|partner_show_|formatted_|mail_|tracking_|no_|install_|import_|group_by)/;
const NEVER_NAMES: ReadonlySet<string> = new Set([
  ...[
    'uid',
    'su',
    'bin_size',
    'module',
    'force_company',
    'allowed_company_ids',
    'prefetch_fields',
    'html_field_history',
  ],
]);
const MOST_MEMBERS = 200;
const LONGEST = 200;

/** What Odoo is told besides the arguments: little of the client's, and the documents' own over it. */
export type Context = Readonly<Record<string, OdooValue>>;

/**
 * The context of rebuilt calls. Of the client's, `lang`, `tz`, companies that it may use and granted keys remain; names of
 * the others are noted. Throws OdooRefusal where the client names companies and may use none of them.
 */
export function guardContext(
  run: GuardRun,
  access: ModelAccess,
  kind: CallKind,
  sent: OdooObject | undefined,
): Context {
  const { companies } = run.access;
  const kept: [string, OdooValue][] = [];
  let asked: OdooValue | undefined;
  let seen = 0;
  for (const [key, value] of Object.entries(sent ?? {})) {
    if (key === 'allowed_company_ids') asked = value;
    else if (isKept(run, key, value)) kept.push([key, value]);
    else if (seen++ < MOST_MEMBERS) run.facts.ignored.add(contextName(run.access.knowledge, key));
  }
  if (companies !== undefined) kept.push(['allowed_company_ids', narrowed(companies, asked)]);
  else if (asked !== undefined) run.facts.ignored.add('context.allowed_company_ids');
  return odooObject([...kept, ...Object.entries(access.context[kind] ?? {})]);
}

function isKept({ access }: GuardRun, key: string, value: OdooValue): boolean {
  if (key === 'lang') return typeof value === 'string' && LANGUAGE.test(value);
  if (key === 'tz') return typeof value === 'string' && TIME_ZONE.test(value);
  return access.contextKeys.has(key) && !NEVER.test(key) && !NEVER_NAMES.has(key) && isPlain(value);
}

function isPlain(value: OdooValue): boolean {
  if (isOdooList(value)) return value.length <= LONGEST && value.every((one) => typeof one === 'number');
  return !isOdooObject(value) && !(typeof value === 'string' && value.length > LONGEST);
}

function narrowed(companies: readonly number[], asked: OdooValue | undefined): readonly number[] {
  if (asked === undefined || asked === null || asked === false) return companies;
  const wanted = isOdooList(asked) ? asked.filter(isRecordId) : [];
  const both = wanted.filter((id) => companies.includes(id));
  if (both.length === 0) throw missingCompany();
  return both;
}
