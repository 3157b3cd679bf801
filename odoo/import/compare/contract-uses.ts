import type { Contract, Field, OdooName, Operation, Shape } from '../../../openapi/contract.ts';
import { successContents } from '../../../openapi/list-operations.ts';
import { throughArrays } from '../../../openapi/through-arrays.ts';
import { ownPath, relatedModel } from '../../field-place.ts';
import { nameFor } from '../../odoo-name.ts';
import type { KnownModels } from './known-models.ts';

/** A place of a contract that stands on a field of a model. */
export interface ContractUse {
  /** Field id in the contract; undefined where an operation's own domain names the Odoo field. */
  readonly field: Field | undefined;
  readonly operation: Operation;
  /** Written by this operation, or shown by it. */
  readonly direction: 'read' | 'write';
  /** What is written in the document. */
  readonly written: OdooName;
  /** Model that the path starts from, in the old version, and as the document names it. */
  readonly model: string;
  readonly modelWritten: OdooName;
  readonly path: string;
  /** Every step of the path with the model it is taken on, as far as models are known. */
  readonly steps: readonly { readonly model: string; readonly field: string }[];
}

/** All that the operations of a contract stand on, in the version of `known`. */
export function contractUses(contract: Contract, known: KnownModels): ContractUse[] {
  const uses: ContractUse[] = [];
  for (const operation of contract.operations.values()) {
    const { odoo } = operation.annotation;
    const model = odoo === undefined ? null : nameFor(odoo.model, known.major);
    if (odoo === undefined || model === null) continue;
    const start = { model, modelWritten: odoo.model };
    for (const content of successContents(operation))
      uses.push(...usesOf(content.shape, start, operation, 'read', known));
    const body = operation.requestBody?.content.shape;
    if (body !== undefined) uses.push(...usesOf(body, start, operation, 'write', known));
    for (const path of domainPaths(odoo.domain ?? [])) {
      uses.push({
        ...start,
        field: undefined,
        operation,
        direction: 'read',
        written: path,
        path,
        steps: stepsOf(model, path, known),
      });
    }
  }
  return uses;
}

interface Start {
  readonly model: string;
  readonly modelWritten: OdooName;
}

function usesOf(
  root: Shape,
  start: Start,
  operation: Operation,
  direction: 'read' | 'write',
  known: KnownModels,
): ContractUse[] {
  const uses: ContractUse[] = [];
  const seen = new Set<string>();
  const waiting: (readonly [Shape, Start])[] = [[root, start]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [container, at] = next;
    for (const shape of throughArrays(container)) {
      for (const field of shape.fields.values()) {
        const key = `${at.model} ${field.id}`;
        if (seen.has(key)) continue;
        seen.add(key);
        const path = ownPath(field, known.major);
        if (typeof path === 'string' && !(direction === 'write' && field.readOnly)) {
          const written = field.annotation.odoo ?? path;
          uses.push({ ...at, field, operation, direction, written, path, steps: stepsOf(at.model, path, known) });
        }
        const behind = relatedModel(field.shape, known.major);
        const written = throughArrays(field.shape).find(({ annotation }) => annotation.model !== undefined)?.annotation
          .model;
        waiting.push([field.shape, behind === undefined ? at : { model: behind, modelWritten: written ?? behind }]);
      }
    }
  }
  return uses;
}

/** A dotted path as steps; it ends where the model of a step is not known. */
export function stepsOf(
  model: string,
  path: string,
  known: KnownModels,
): { readonly model: string; readonly field: string }[] {
  const steps: { readonly model: string; readonly field: string }[] = [];
  let at: string | undefined = model;
  for (const field of path.split('.')) {
    if (at === undefined) break;
    steps.push({ model: at, field });
    at = known.models.get(at)?.fields.get(field)?.relation;
  }
  return steps;
}

function domainPaths(domain: readonly unknown[]): string[] {
  const paths = domain.map((item: unknown): unknown =>
    Array.isArray(item) && item.length === 3 ? item[0] : undefined,
  );
  return paths.filter((path) => typeof path === 'string');
}
