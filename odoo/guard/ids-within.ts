import { and, leaf } from '../domain.ts';
import { isRecordId } from '../typed-call.ts';
import { isOdooList } from '../wire/value.ts';
import type { GuardRun } from './access.ts';
import type { NamedRecords } from './record-ids.ts';
import { missingRecord, tooMuch, unfitAnswer } from './refusals.ts';
import type { Scope } from './scope.ts';

const MOST_LINKED = 20_000;

/** Archived records are records, too. */
export const EVEN_ARCHIVED = { active_test: false };

/** Those of the ids that exist within the rule of their model: one call, none where there is no id. Rejects with OdooRefusal. */
export async function idsWithin(
  run: GuardRun,
  { model, rule }: Pick<Scope, 'model' | 'rule'>,
  ids: readonly number[],
): Promise<ReadonlySet<number>> {
  if (ids.length === 0) return new Set();
  if (ids.length > MOST_LINKED) throw tooMuch('Too many related records; ask for fewer records or fields.');
  const sorted = ids.toSorted((a, b) => a - b);
  const domain = and(rule, leaf('id', 'in', sorted));
  const args = { domain, offset: 0, limit: sorted.length, order: 'id' };
  const answer = await run.ask({ model, method: 'search', args, context: companyContext(run) }, 'read');
  const asked = new Set(sorted);
  if (!isOdooList(answer) || answer.length > sorted.length) throw unfitAnswer();
  return new Set(
    answer.map((id) => {
      if (!isRecordId(id) || !asked.has(id)) throw unfitAnswer();
      return id;
    }),
  );
}

/** Throws the one MissingError where any of the records lies outside of the rule, or cannot exist. */
export async function requireWithin(
  run: GuardRun,
  scope: Pick<Scope, 'model' | 'rule'>,
  { distinct, impossible }: NamedRecords,
): Promise<void> {
  if (impossible) throw missingRecord();
  if (scope.rule.length === 0 || distinct.length === 0) return;
  const found = await idsWithin(run, scope, distinct);
  if (found.size < distinct.length) throw missingRecord();
}

function companyContext({ access }: GuardRun): Readonly<Record<string, unknown>> {
  return access.companies === undefined
    ? EVEN_ARCHIVED
    : { ...EVEN_ARCHIVED, allowed_company_ids: [...access.companies] };
}
