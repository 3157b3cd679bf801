import type { Fault } from '../../catalog/fault.ts';
import { suggestion } from '../../catalog/nearest-name.ts';
import { quoted } from '../../catalog/quoted.ts';
import { faultAt, warningAt } from '../../catalog/rules/rule.ts';
import { isSystemModel } from '../guard/system-models.ts';
import { carries } from './carries.ts';
import { leadsTo } from './field-tree.ts';
import { type CheckedGrant, operationPointer, ruleFinder } from './granted-rules.ts';
import { type GrantedValue, shownValues, writtenValues } from './granted-values.ts';
import { type GrantedPlace, openedOperation } from './opened-operation.ts';
import { isResolved, resolvePath, type Unresolved } from './resolve-path.ts';

/**
 * What a grant shows or writes that the models of its database do not have, or have otherwise than the contract says. Of
 * models that nothing is known of nothing is said, unless the grant opens the Odoo protocols.
 */
export function checkFields(grant: CheckedGrant): readonly Fault[] {
  const faults = new Map<string, Fault>();
  const isOpen = grant.document.spec.odoo !== undefined;
  const rules = { read: ruleFinder(grant, 'read'), write: ruleFinder(grant, 'write') };
  for (const place of grant.places) {
    const operation = openedOperation(place, grant.knowledge.major);
    if (operation === undefined) continue;
    const { model } = operation;
    const unserved = isOpen ? unservedModel(grant, place, model) : undefined;
    if (unserved !== undefined) faults.set(`${model} ${unserved.message}`, unserved);
    if (!grant.knowledge.models.has(model)) continue;
    for (const kind of ['read', 'write'] as const) {
      const values = kind === 'read' ? shownValues : writtenValues;
      for (const value of values(operation, grant.knowledge.major)) {
        const fault = wrongValue(grant, model, value, rules[kind](value.field.id));
        if (fault !== undefined && (isOpen || fault.severity === 'error')) {
          faults.set(`${kind} ${value.field.id} ${fault.code}`, fault);
        }
      }
    }
  }
  return [...faults.values()];
}

function unservedModel(grant: CheckedGrant, place: GrantedPlace, model: string): Fault | undefined {
  const { id } = place.operation;
  const at = operationPointer(grant, place);
  if (isSystemModel(model)) {
    const message = `${quoted(id)} calls ${quoted(model)}, which is never opened to the Odoo protocols; take the operation out, or make a grant without "odoo"`;
    return faultAt(grant.source, at, 'model-forbidden', message);
  }
  const { models } = grant.knowledge;
  if (models.has(model)) return undefined;
  const hint = suggestion(model, models.keys()) || '; add the model to the OdooModels document';
  const message = `${quoted(id)} calls ${quoted(model)}, of which nothing is known${hint}`;
  return faultAt(grant.source, at, 'odoo-model-unknown', message);
}

function wrongValue(grant: CheckedGrant, model: string, value: GrantedValue, pointer: string): Fault | undefined {
  const { source, knowledge } = grant;
  const name = quoted(value.field.id);
  const steps = resolvePath(knowledge, model, value.path);
  if (!isResolved(steps)) return lostValue(grant, name, steps, pointer);
  const mismatched = (what: string) => faultAt(source, pointer, 'odoo-field-mismatched', `${name} ${what}`);
  for (const [index, step] of steps.entries()) {
    const wanted = value.models[index];
    if (leadsTo(step, wanted)) continue;
    const has = step.field.relation === undefined ? 'is no relation' : `leads to ${step.field.relation}`;
    return mismatched(`is read from ${wanted}, and ${step.model}.${step.field.name} ${has}; correct the annotation`);
  }
  const end = steps.at(-1);
  if (end === undefined) return undefined;
  const own = `${end.model}.${end.field.name}`;
  if (!carries(value, end.field)) {
    return mismatched(`cannot hold ${own}, a ${end.field.type}; correct its type or its annotation`);
  }
  if (value.mask === undefined || (end.field.relation === undefined && end.field.name !== 'id')) return undefined;
  const message = `${name} is masked, and a masked id is not shown over the Odoo protocols; take it out, or do without the mask`;
  const tell = value.path.length === 1 && end.field.name === 'id' ? faultAt : warningAt;
  return tell(source, pointer, 'mask-unsupported', message);
}

function lostValue({ source, knowledge }: CheckedGrant, name: string, lost: Unresolved, pointer: string): Fault {
  const own = `${lost.model}.${lost.name}`;
  switch (lost.missing) {
    case 'model': {
      const message = `${name} lies behind ${quoted(lost.model)}, of which nothing is known, and is not shown over the Odoo protocols; add the model to the OdooModels document`;
      return warningAt(source, pointer, 'odoo-model-unknown', message);
    }
    case 'relation':
      return faultAt(
        source,
        pointer,
        'odoo-field-mismatched',
        `${name} lies behind ${own}, which is no relation; correct the annotation`,
      );
    case 'field': {
      const fields = knowledge.models.get(lost.model)?.fields.keys() ?? [];
      const hint = suggestion(lost.name, fields) || '; correct the annotation, or read the models anew';
      const message = `${name} stands in ${own}, which Odoo ${knowledge.major} does not have${hint}`;
      return faultAt(source, pointer, 'odoo-field-unknown', message);
    }
  }
}
