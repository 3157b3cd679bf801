import type { Fault } from '../../catalog/fault.ts';
import { quoted } from '../../catalog/quoted.ts';
import { faultAt, warningAt } from '../../catalog/rules/rule.ts';
import { byModel } from './database-access.ts';
import { contextClashes } from './fixed-context.ts';
import { type CheckedGrant, operationPointer, ruleFinder } from './granted-rules.ts';
import { shownValues } from './granted-values.ts';
import type { OpenedOperation } from './opened-operation.ts';

/**
 * What contradicts itself among grants that open the Odoo protocols to one consumer in one database: a call names a model
 * and a method, and it must be clear from these which grant, context, domain and companies hold.
 */
export function checkAccess(grants: readonly CheckedGrant[]): readonly Fault[] {
  return [...modelsTwice(grants), ...companiesDiffer(grants), ...grants.flatMap((grant) => [...withinGrant(grant)])];
}

function* modelsTwice(grants: readonly CheckedGrant[]): Iterable<Fault> {
  const owners = new Map<string, string>();
  for (const grant of grants) {
    const { name } = grant.document.metadata;
    for (const [model, [first]] of byModel(grant.places, grant.knowledge.major)) {
      const owner = owners.get(model);
      if (owner === undefined) owners.set(model, name);
      else if (first !== undefined) {
        const message = `the grant ${quoted(owner)} opens ${quoted(model)} of the same database to ${quoted(grant.document.spec.consumer)} already; open it in one of the two`;
        yield faultAt(grant.source, operationPointer(grant, first.place), 'model-granted-twice', message);
      }
    }
  }
}

function* companiesDiffer([first, ...others]: readonly CheckedGrant[]): Iterable<Fault> {
  if (first === undefined) return;
  const text = ({ document }: CheckedGrant) => JSON.stringify([...(document.spec.odoo?.companies ?? [])].sort());
  for (const grant of others) {
    if (text(grant) === text(first)) continue;
    const message = `the grant ${quoted(first.document.metadata.name)} of the same consumer and database names other companies; name the same in both`;
    yield faultAt(grant.source, '/spec/odoo/companies', 'companies-ambiguous', message);
  }
}

function* withinGrant(grant: CheckedGrant): Iterable<Fault> {
  for (const [model, operations] of byModel(grant.places, grant.knowledge.major)) {
    for (const { first, second } of contextClashes(operations)) {
      const message = `${quoted(first.place.operation.id)} and ${quoted(second.place.operation.id)} call ${quoted(model)} in different contexts, and a call over the Odoo protocols could be either; give both the same, or grant one of them`;
      yield faultAt(grant.source, operationPointer(grant, second.place), 'context-ambiguous', message);
    }
    yield* domainsDiffer(grant, operations);
    yield* labelsWithoutIds(grant, operations);
  }
}

/** Over the protocols every field that is shown is shown of every record that can be reached. */
function* domainsDiffer(grant: CheckedGrant, operations: readonly OpenedOperation[]): Iterable<Fault> {
  const domainOf = ({ odoo }: OpenedOperation) => JSON.stringify(odoo.domain ?? []);
  const reading = operations.filter(({ kind }) => kind === 'read');
  const [first] = reading;
  for (const operation of operations) {
    const { id } = operation.place.operation;
    const at = operationPointer(grant, operation.place);
    if (operation.kind !== 'read') {
      const isCommon = reading.every((one) => domainOf(one) === domainOf(operation));
      if (domainOf(operation) === '[]' || isCommon) continue;
      const message = `the domain of ${quoted(id)} holds for all calls of ${quoted(operation.model)} over the Odoo protocols, reading included; give the others the same, or grant it apart`;
      yield warningAt(grant.source, at, 'domain-ambiguous', message);
    } else if (first !== undefined && domainOf(first) !== domainOf(operation)) {
      if (fieldsOf(first, grant) === fieldsOf(operation, grant)) continue;
      const message = `${quoted(first.place.operation.id)} and ${quoted(id)} show different fields of ${quoted(operation.model)} within different domains, and over the Odoo protocols both would show all of either; grant one of them, or make them alike`;
      yield faultAt(grant.source, at, 'domain-ambiguous', message);
    }
  }
}

function fieldsOf(operation: OpenedOperation, { knowledge }: CheckedGrant): string {
  const values = [...shownValues(operation, knowledge.major)];
  return values
    .map(({ path, kind, mask }) => JSON.stringify([path, kind, mask]))
    .sort()
    .join();
}

function* labelsWithoutIds(grant: CheckedGrant, operations: readonly OpenedOperation[]): Iterable<Fault> {
  const reading = operations.filter(({ kind }) => kind === 'read');
  const values = reading.flatMap((operation) => [...shownValues(operation, grant.knowledge.major)]);
  const ids = new Set<string>();
  const labels = new Map<string, string>();
  for (const { kind, path, field } of values) {
    if (kind === 'label') {
      labels.set(field.id, path.join('.'));
      continue;
    }
    ids.add(path.join('.'));
    if (path.at(-1) === 'id') ids.add(path.slice(0, -1).join('.'));
  }
  const pointerOf = ruleFinder(grant, 'read');
  for (const [id, path] of labels) {
    if (ids.has(path)) continue;
    const message = `${quoted(id)} is a label without its id, which the Odoo protocols cannot show; grant the id, too`;
    yield warningAt(grant.source, pointerOf(id), 'label-without-id', message);
  }
}
