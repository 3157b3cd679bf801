import { quoted } from '../../catalog/quoted.ts';
import { filterConditions } from '../check-filter.ts';
import { findPlace, relatedModel } from '../field-place.ts';
import { filteredModels } from './bind-rules.ts';
import { type CheckedGrant, operationPointer } from './granted-rules.ts';
import { type OpenedOperation, openedOperation } from './opened-operation.ts';

/** A condition that decides which records a grant covers. */
export interface BorderCondition {
  /** Where it is written, and what it is, for people. */
  readonly pointer: string;
  readonly what: string;
  /** Whose filter it is; undefined in the domain of an operation. */
  readonly schema: string | undefined;
  readonly model: string;
  /** From `model` on, in names of Odoo. */
  readonly path: string;
  /** Whether `model` is that of other records than those it is about: they are found by what links to them. */
  readonly isOther: boolean;
  /** Whether it must hold in any case, and is not one of several. */
  readonly isNeeded: boolean;
  /** Operator and value as one text; undefined where it compares with nothing that is written down. */
  readonly test: string | undefined;
}

export function operationsOf({ places, knowledge }: CheckedGrant): readonly OpenedOperation[] {
  return places.flatMap((place) => openedOperation(place, knowledge.major) ?? []);
}

/** The conditions of a grant's record filter, for each model that they hold for. What leads nowhere is told elsewhere. */
export function* filterBorders(grant: CheckedGrant): Iterable<BorderCondition> {
  const { document, places, knowledge } = grant;
  const contract = places[0]?.version.contract;
  if (contract === undefined) return;
  const { major } = knowledge;
  for (const [schema, terms] of Object.entries(document.spec.filter ?? {})) {
    const shape = contract.shapes.get(schema);
    if (shape === undefined) continue;
    for (const { pointer, condition, isNeeded } of filterConditions(schema, terms)) {
      const [name, operator, value] = condition;
      const what = `the record filter of ${quoted(schema)} by ${quoted(name)}`;
      if (typeof value === 'object' && value !== null && 'linkedFrom' in value) {
        const [from = '', ...names] = value.linkedFrom.split('.');
        const linking = contract.shapes.get(from);
        const model = linking === undefined ? undefined : relatedModel(linking, major);
        const path = linking === undefined ? undefined : findPlace(linking, names.join('.'), major)?.path;
        if (model === undefined || path === undefined || path === null) continue;
        yield { pointer, what, schema, model, path, isOther: true, isNeeded, test: undefined };
        continue;
      }
      const path = findPlace(shape, name, major)?.path;
      if (path === undefined || path === null) continue;
      const test = JSON.stringify([operator, value]);
      for (const model of filteredModels(contract, schema, operationsOf(grant), major)) {
        yield { pointer, what, schema, model, path, isOther: false, isNeeded, test };
      }
    }
  }
}

/** The conditions in the domains that documents give to operations. */
export function* domainBorders(grant: CheckedGrant): Iterable<BorderCondition> {
  for (const { place, odoo, model } of operationsOf(grant)) {
    const pointer = operationPointer(grant, place);
    for (const item of odoo.domain ?? []) {
      const path: unknown = Array.isArray(item) ? item[0] : undefined;
      if (typeof path !== 'string') continue;
      const what = `the domain of ${quoted(place.operation.id)} by ${quoted(path)}`;
      yield { pointer, what, schema: undefined, model, path, isOther: false, isNeeded: false, test: undefined };
    }
  }
}
