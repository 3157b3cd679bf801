import { RefusalError, refuse } from '../gateway/problems.ts';
import type { Shape } from '../openapi/contract.ts';
import { elementShape, type FieldPlace, ownPath, placeOf, relatedModel } from './field-place.ts';
import { UnwritableValue, writeValue } from './write-value.ts';

/** One value on its way to Odoo. */
export interface WrittenValue {
  /** Contract path, for messages. */
  readonly name: string;
  readonly place: FieldPlace;
  readonly path: string;
  readonly value: unknown;
}

const LINES_IN_A_BODY = 1000;

interface BodyError {
  readonly pointer: string;
  readonly message: string;
}

/**
 * The values of a request body by their places in Odoo. Guards have already refused what may not be written; what is
 * refused here is what Odoo cannot take. Throws RefusalError (422, with JSON Pointers).
 */
export function writtenValues(body: unknown, shape: Shape, major: number, isCreate: boolean): readonly WrittenValue[] {
  const errors: BodyError[] = [];
  const values = valuesOf(body, shape, major, isCreate, '', errors);
  if (errors.length > 0) throw new RefusalError(refuse('body-invalid', undefined, { members: { errors } }));
  return values;
}

/** The values of one object at a pointer of the body; what is wrong is added to the errors. */
function valuesOf(
  body: unknown,
  shape: Shape,
  major: number,
  isCreate: boolean,
  start: string,
  errors: BodyError[],
): readonly WrittenValue[] {
  const values: WrittenValue[] = [];
  collect(body, elementShape(shape), start, '');
  return values;

  function collect(value: unknown, at: Shape, pointer: string, name: string): void {
    for (const [key, given] of Object.entries(typeof value === 'object' && value !== null ? value : {})) {
      const here = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      const own = name === '' ? key : `${name}.${key}`;
      const field = at.fields.get(key);
      const path = field === undefined ? undefined : ownPath(field, major);
      const inner = field === undefined ? undefined : elementShape(field.shape);
      if (field === undefined || inner === undefined) errors.push({ pointer: here, message: 'cannot be written' });
      else if (path === undefined && inner.fields.size > 0) collect(given, inner, here, own);
      else if (path === undefined || path === null) {
        errors.push({ pointer: here, message: 'is not kept by the system of record' });
      } else if (path.includes('.') || path === 'id') errors.push({ pointer: here, message: 'cannot be written' });
      else {
        const place = placeOf(field, path, major);
        try {
          const isLines = relatedModel(field.shape, major) !== undefined && given !== null;
          values.push({
            name: own,
            place,
            path,
            value: isLines ? lines(place, given, here) : writeValue(place, given),
          });
        } catch (error) {
          if (!(error instanceof UnwritableValue)) throw error;
          errors.push({ pointer: here, message: error.message });
        }
      }
    }
  }

  /** Lines are made together with their record; later each is a record of its own. */
  function lines(place: FieldPlace, given: unknown, pointer: string): unknown {
    if (!isCreate || place.kind !== 'list' || !Array.isArray(given) || given.length > LINES_IN_A_BODY) {
      throw new UnwritableValue('cannot be written through this operation');
    }
    return given.map((line, index) => {
      const inner = valuesOf(line, place.field.shape, major, true, `${pointer}/${index}`, errors);
      return [0, 0, Object.fromEntries(inner.map(({ path, value }) => [path, value]))];
    });
  }
}
