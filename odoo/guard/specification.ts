import { isOdooObject, type OdooValue } from '../wire/value.ts';
import type { FieldAccess, GuardRun } from './access.ts';
import { guardOrder } from './guard-order.ts';
import { countOf } from './page.ts';
import { hiddenField, tooMuch, unfitArgument } from './refusals.ts';
import { behindScope, type Scope } from './scope.ts';
import { isNothing } from './whole-number.ts';

const DEEPEST = 4;
const MOST_FIELDS = 500;
/** Each is at least one call of Odoo. */
export const MOST_RELATIONS = 30;

/** What is to be read of records, and of the records behind them: `{partner_id: {fields: {name: {}}}}`. */
export interface Specification {
  readonly scope: Scope;
  readonly fields: readonly FieldAccess[];
  readonly below: ReadonlyMap<string, BelowSpecification>;
}

export interface BelowSpecification extends Specification {
  readonly field: FieldAccess;
  /** Whether the label is asked for that the relation itself shows. */
  readonly label: boolean;
  /** Of lists: how many are read whole; 0: all. Undefined order: as the list has them. */
  readonly limit: number;
  readonly order: string | undefined;
}

/**
 * Reads a `specification` of the web client's methods (Odoo 17 and later), every name at every depth visible. Contexts
 * within it are dropped. Throws OdooRefusal.
 */
export function guardSpecification(run: GuardRun, scope: Scope, value: OdooValue | undefined): Specification {
  const room = { left: MOST_FIELDS, relations: MOST_RELATIONS };
  return read(run, scope, value, 0, room);
}

function read(
  run: GuardRun,
  scope: Scope,
  value: OdooValue | undefined,
  depth: number,
  room: { left: number; relations: number },
): Specification {
  if (!isOdooObject(value)) throw unfitArgument('specification must be an object');
  if (depth > DEEPEST) throw tooMuch(`A specification can be ${DEEPEST} deep at most.`);
  const fields: FieldAccess[] = [];
  const below = new Map<string, BelowSpecification>();
  for (const [name, asked] of Object.entries(value)) {
    if (--room.left < 0) throw tooMuch(`A specification can name ${MOST_FIELDS} fields at most.`);
    const field = scope.field(name);
    if (field === undefined) throw hiddenField(scope.model, name);
    if (!isNothing(asked) && !isOdooObject(asked)) throw unfitArgument('specification must be an object');
    fields.push(field);
    const inner = isOdooObject(asked) && Object.hasOwn(asked, 'fields') ? asked.fields : undefined;
    const target = inner === undefined ? undefined : behindScope(run, field);
    if (inner === undefined) continue;
    if (target === undefined || !isOdooObject(inner)) throw unfitArgument('only relations have fields');
    if (--room.relations < 0) throw tooMuch(`A specification can lead through ${MOST_RELATIONS} relations at most.`);
    const isLabel = field.knowledge.type === 'many2one' && field.label && target.field('display_name') === undefined;
    const { display_name: label, ...others } = inner;
    const isAsked = isLabel && label !== undefined;
    const nested = read(run, target, isAsked ? others : inner, depth + 1, room);
    const { limit, order } = isOdooObject(asked) ? asked : {};
    below.set(name, {
      ...nested,
      field,
      label: isAsked,
      limit: countOf(limit, 'limit'),
      order: isNothing(order) ? undefined : guardOrder(run, target, order),
    });
  }
  return { scope, fields, below };
}
