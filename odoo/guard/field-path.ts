import { isResolved, resolvePath } from '../access/resolve-path.ts';
import { and, type Domain, leaf } from '../domain.ts';
import type { FieldKnowledge, OdooFieldType } from '../knowledge.ts';
import type { FieldAccess, GuardRun } from './access.ts';
import type { Condition, DomainWalk } from './domain-walk.ts';
import { hiddenField, unfitField } from './refusals.ts';
import { prefixed } from './ruled-relation.ts';
import { behindScope, isRelation, type Scope } from './scope.ts';

const MOST_STEPS = 8;
const LONGEST_PATH = 256;
const DATE_PARTS: ReadonlySet<string> = new Set([
  ...['year_number', 'quarter_number', 'month_number', 'iso_week_number', 'day_of_year', 'day_of_month', 'day_of_week'],
  ...['hour_number', 'minute_number', 'second_number'],
]);
/** What no condition can be put to without telling more than the value. */
const UNSEARCHED: ReadonlySet<OdooFieldType> = new Set([
  ...(['json', 'properties', 'properties_definition', 'serialized', 'reference', 'binary', 'image'] as const),
]);

/** A relation on the way to a field, and what may be seen behind it. */
export interface PathStep {
  readonly name: string;
  readonly field: FieldAccess;
  readonly behind: Scope;
  /** Whether the relation may be read itself. */
  readonly isShown: boolean;
}

/** Where a dotted path ends. */
export interface PathEnd {
  readonly steps: readonly PathStep[];
  readonly scope: Scope;
  readonly name: string;
  readonly field: FieldAccess;
  /** `month_number` of a date, from Odoo 19 on. */
  readonly datePart: string | undefined;
}

/** Follows a dotted path, every step of it visible. Throws OdooRefusal, the same for hidden and unknown steps. */
export function fieldPath({ run, called }: Pick<DomainWalk, 'run' | 'called'>, from: Scope, path: string): PathEnd {
  const names = path.length > LONGEST_PATH ? [] : path.split('.', MOST_STEPS + 1);
  if (names.length === 0 || names.length > MOST_STEPS) throw hiddenField(called, path);
  const steps: PathStep[] = [];
  let scope = from;
  for (const [index, name] of names.entries()) {
    const isLast = index === names.length - 1;
    const shown = scope.field(name);
    const field = shown ?? (isLast ? undefined : scope.hop(name));
    if (field === undefined) throw hiddenField(called, path);
    if (isLast) return { steps, scope, name, field, datePart: undefined };
    const behind = behindScope(run, field);
    if (behind === undefined) {
      const part = names[index + 1] ?? '';
      if (index !== names.length - 2 || !isDatePart(run, field.knowledge, part)) throw hiddenField(called, path);
      return { steps, scope, name, field, datePart: part };
    }
    if (field.mask !== undefined || !isSearchable(run, scope, field, 0)) {
      throw unfitField(called, path, 'cannot be searched');
    }
    steps.push({ name, field, behind, isShown: shown !== undefined });
    scope = behind;
  }
  throw hiddenField(called, path);
}

function isDatePart({ access }: GuardRun, { type }: FieldKnowledge, part: string): boolean {
  return access.knowledge.major >= 19 && (type === 'date' || type === 'datetime') && DATE_PARTS.has(part);
}

/** Whether a readable field may be asked about: what is masked would be told by the answers. */
export function isFilterable(run: GuardRun, scope: Scope, field: FieldAccess): boolean {
  return field.mask === undefined && !UNSEARCHED.has(field.knowledge.type) && isSearchable(run, scope, field, 0);
}

/**
 * A field without a column is searched by code of its own, which may look anywhere: only a copy of what its path leads to,
 * and what is computed from visible fields alone, is known to tell no more than its value. A copy through a list shows the
 * first record's value, and is searched by all of theirs.
 */
function isSearchable(run: GuardRun, scope: Scope, field: FieldAccess, depth: number): boolean {
  if (field.knowledge.stored) return true;
  let known = searchable.get(scope);
  if (known === undefined) {
    known = new Map();
    searchable.set(scope, known);
  }
  const key = `${depth} ${field.knowledge.name}`;
  let found = known.get(key);
  if (found === undefined) {
    found = isFoundByValue(run, scope, field, depth);
    known.set(key, found);
  }
  return found;
}

/** A call may speak of one field a thousand times. By place: elsewhere, less of the same model may be visible. */
const searchable = new WeakMap<Scope, Map<string, boolean>>();

function isFoundByValue(run: GuardRun, scope: Scope, { knowledge }: FieldAccess, depth: number): boolean {
  if (knowledge.stored || knowledge.name === 'display_name') return true;
  if (!knowledge.searchable) return false;
  if (knowledge.related !== undefined) {
    return isSingle(run, scope.model, knowledge.related) || isVisiblePath(run, scope, knowledge.related, depth);
  }
  return (
    knowledge.depends.length > 0 &&
    depth < 4 &&
    knowledge.depends.every((path) => isVisiblePath(run, scope, path, depth))
  );
}

/** Whether a path leads to one record at most, all the way. */
function isSingle({ access }: GuardRun, model: string, path: string): boolean {
  const way = path.split('.').slice(0, -1);
  const steps = resolvePath(access.knowledge, model, way);
  return isResolved(steps) && steps.every(({ field }) => field.type === 'many2one');
}

function isVisiblePath(run: GuardRun, from: Scope, path: string, depth: number): boolean {
  let scope: Scope | undefined = from;
  for (const name of path.split('.')) {
    const field: FieldAccess | undefined = scope?.field(name);
    if (scope === undefined || field === undefined || field.mask !== undefined) return false;
    if (name === 'display_name' || !isSearchable(run, scope, field, depth + 1)) return false;
    scope = isRelation(field.knowledge) ? behindScope(run, field) : undefined;
    if (scope !== undefined && scope.rule.length > 0) return false;
  }
  return true;
}

/**
 * A condition at the end of a path, led back to where the path begins. Where a rule holds for records on the way, it is
 * asked only of those within it. Throws OdooRefusal where this version of Odoo cannot be asked so.
 */
export function throughPath(walk: DomainWalk, end: PathEnd, condition: Condition, last: () => Domain): Domain {
  const { steps } = end;
  const inner = last();
  if (steps.length === 0) return inner;
  const isRuled = steps.some(({ behind }) => behind.rule.length > 0);
  const [only] = inner;
  if (!isRuled && inner.length === 1 && Array.isArray(only)) {
    const [name, operator, value] = only;
    return leaf(`${steps.map((step) => step.name).join('.')}.${name}`, operator, value);
  }
  if (walk.run.access.knowledge.major >= 17) {
    return steps.reduceRight<Domain>((below, { name, behind }) => leaf(name, 'any', and(behind.rule, below)), inner);
  }
  // Without `any` the rule's own conditions are led through the same path. Behind one record they speak of the very one that
  // is asked about; under a negation they would speak of those outside.
  const isSingle = steps.every(({ field }) => field.knowledge.type === 'many2one');
  if (!isSingle || condition.isNegated) {
    throw unfitField(walk.called, condition.path, 'cannot be searched so');
  }
  return steps.reduceRight<Domain>((below, { name, behind }) => prefixed(name, and(behind.rule, below)), inner);
}
