import type { Condition, ConditionValue, FilterTerm } from '../catalog/documents.ts';
import { ImpossibleGrant, throwAll } from '../catalog/impossible-grant.ts';
import { pointerToken } from '../catalog/source-text.ts';
import type { BoundCondition } from '../gateway/exchange.ts';
import type { Contract, Shape } from '../openapi/contract.ts';
import { conditionDomain } from './condition.ts';
import { type FieldPlace, findPlace, relatedModel, type ValueKind } from './field-place.ts';
import type { PreparedPlace } from './prepared-place.ts';
import { UnwritableValue } from './write-value.ts';

type CheckedPlace = Pick<PreparedPlace, 'contract' | 'major' | 'model' | 'schema' | 'odoo'>;

/** Stands in for the value of a claim, which comes with the caller: what matters here is whether any value will do. */
const SAMPLE: Readonly<Record<ValueKind, string | number | boolean>> = {
  text: 'text',
  time: '2000-01-01T00:00:00Z',
  date: '2000-01-01',
  decimal: 1,
  integer: 1,
  number: 1,
  boolean: true,
  relation: 1,
  label: 'text',
  list: 1,
};

/**
 * Computes every condition of a grant's record filter once, so that none is found impossible when a request comes.
 * Throws ImpossibleGrant for each condition that is, at the part of it that is wrong.
 */
export function checkFilter(place: CheckedPlace, filter: Readonly<Record<string, readonly FilterTerm[]>>): void {
  const causes: unknown[] = [];
  for (const [name, terms] of Object.entries(filter)) {
    // A schema that is not there is a fault of the grant, told by those who bind the filter.
    const schema = place.contract.shapes.get(name);
    if (schema === undefined) continue;
    const isOwn = name === place.schema.name || relatedModel(schema, place.major) === place.model;
    for (const { pointer, condition } of filterConditions(name, terms)) {
      try {
        checkCondition(place, schema, condition, isOwn && place.odoo.call === 'create');
      } catch (error) {
        if (!(error instanceof UnwritableValue)) throw error;
        const message = `the record filter ${name} ${JSON.stringify(condition)} cannot be computed: ${sentence(error.message)}; change the condition`;
        causes.push(new ImpossibleGrant(message, `${pointer}/${PARTS[error.part]}`));
      }
    }
  }
  throwAll(causes);
}

/** Places of the parts of a condition. */
const PARTS = { field: 0, operator: 1, value: 2 } as const;

/** What is said of a value in a list of errors begins without its subject. */
function sentence(message: string): string {
  return /^(?:must|is) /.test(message) ? `its value ${message}` : message;
}

/** A condition of a record filter, and where it is written in the grant. */
interface FilterCondition {
  readonly pointer: string;
  readonly condition: Condition;
  /** Whether it must hold in any case, and is not one of several. */
  readonly isNeeded: boolean;
}

export function* filterConditions(schema: string, terms: readonly FilterTerm[]): Iterable<FilterCondition> {
  for (const [index, term] of terms.entries()) {
    const pointer = `/spec/filter/${pointerToken(schema)}/${index}`;
    if (!('or' in term)) yield { pointer, condition: term, isNeeded: true };
    else {
      for (const [number, condition] of term.or.entries()) {
        yield { pointer: `${pointer}/or/${number}`, condition, isNeeded: term.or.length === 1 };
      }
    }
  }
}

function checkCondition({ contract, major }: CheckedPlace, schema: Shape, condition: Condition, isNew: boolean): void {
  const [name, operator, value] = condition;
  if (typeof value === 'object' && value !== null && 'linkedFrom' in value) {
    checkLink(contract, value.linkedFrom, major);
    return;
  }
  const place = findPlace(schema, name, major);
  const bound: BoundCondition = [name, operator, literal(value, operator, place)];
  conditionDomain(schema, bound, major, 'grant');
  // A new record is given what `=` asks for; a label is another record's text and cannot be given.
  if (isNew && operator === '=' && place?.kind === 'label' && place.path?.includes('.') === false) {
    throw new UnwritableValue(
      `${name} is a label, and no new record can be made to satisfy it; compare the id`,
      'field',
    );
  }
}

function literal(value: ConditionValue, operator: string, place: FieldPlace | undefined): unknown {
  if (typeof value !== 'object' || value === null || !('claim' in value)) return value;
  const sample = SAMPLE[place?.kind ?? 'text'];
  return operator === 'in' || operator === 'not in' ? [sample] : sample;
}

function checkLink(contract: Contract, linkedFrom: string, major: number): void {
  const dot = linkedFrom.indexOf('.');
  const schema = contract.shapes.get(linkedFrom.slice(0, dot));
  const found = schema === undefined ? undefined : findPlace(schema, linkedFrom.slice(dot + 1), major);
  if (schema === undefined || found === undefined || relatedModel(schema, major) === undefined) {
    throw new UnwritableValue(`${linkedFrom} is no field of a schema that has a model in Odoo`);
  }
}
