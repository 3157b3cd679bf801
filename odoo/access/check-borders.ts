import type { Fault } from '../../catalog/fault.ts';
import { quoted } from '../../catalog/quoted.ts';
import { warningAt } from '../../catalog/rules/rule.ts';
import { recordSchema } from './bind-rules.ts';
import { type BorderCondition, domainBorders, filterBorders, operationsOf } from './border-conditions.ts';
import { type DecidingField, decidingFields } from './deciding-fields.ts';
import type { CheckedGrant } from './granted-rules.ts';
import { writtenValues } from './granted-values.ts';
import type { OpenedOperation } from './opened-operation.ts';

/**
 * Record filters and domains of operations that are decided by a field of another record which the same consumer may write
 * (`filter-movable`): by writing it, the consumer moves its own border. `grants` are all of one consumer in one database.
 * Nothing is said where the same condition holds for whatever is written there.
 */
export function checkBorders(grants: readonly CheckedGrant[]): readonly Fault[] {
  const writers = grants.flatMap(writersOf);
  if (writers.length === 0) return [];
  return grants.flatMap((grant) => {
    const faults = new Map<string, Fault>();
    for (const border of [...filterBorders(grant), ...domainBorders(grant)]) {
      for (const field of decidingFields(grant.knowledge, border)) {
        const writer = writers.find((one) => moves(one, field, border));
        if (writer === undefined) continue;
        const text = message(border, field, writer);
        faults.set(text, warningAt(grant.source, border.pointer, 'filter-movable', text));
      }
    }
    return [...faults.values()];
  });
}

/** A field that a consumer may write. */
interface Writer {
  readonly grant: CheckedGrant;
  readonly operation: OpenedOperation;
  readonly field: string;
  /** What holds for the records that are written, whatever is written there. */
  readonly held: readonly BorderCondition[];
}

function writersOf(grant: CheckedGrant): readonly Writer[] {
  const borders = [...filterBorders(grant)];
  return operationsOf(grant).flatMap((operation) => {
    const held = heldBy(borders, operation);
    return [...writtenValues(operation, grant.knowledge.major)].flatMap(({ path: [field, ...behind] }) =>
      // What is written behind a relation is written into new lines alone.
      field === undefined || behind.length > 0 ? [] : [{ grant, operation, field, held }],
    );
  });
}

/** Conditions that hold for what an operation writes: of its own schema, else of all schemas of its model. */
function heldBy(borders: readonly BorderCondition[], operation: OpenedOperation): readonly BorderCondition[] {
  const schema = recordSchema(operation);
  const own = borders.filter((one) => one.schema === schema);
  const chosen = own.length > 0 ? own : borders.filter(({ model, isOther }) => !isOther && model === operation.model);
  return chosen.filter(({ isNeeded, isOther }) => isNeeded && !isOther);
}

function moves({ operation, field, held }: Writer, decides: DecidingField, { test }: BorderCondition): boolean {
  if (operation.model !== decides.model || field !== decides.field) return false;
  if (operation.kind !== 'update' && !decides.atCreation) return false;
  return !held.some((one) => one.path === decides.rest && (test === undefined || one.test === test));
}

function message({ what }: BorderCondition, { model, field }: DecidingField, { grant, operation }: Writer): string {
  const writer = `${quoted(operation.place.operation.id)} of the grant ${quoted(grant.document.metadata.name)}`;
  return `${what} is decided by ${model}.${field}, which ${writer} lets the same consumer write, so that it moves its own border; filter by what it cannot write, take the field out of its grant, or filter ${quoted(model)} by the same condition`;
}
