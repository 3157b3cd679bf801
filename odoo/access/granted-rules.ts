import type { SourceMap } from '../../catalog/catalog.ts';
import type { GrantDocument } from '../../catalog/documents.ts';
import type { Contract } from '../../openapi/contract.ts';
import { ruleRoots } from '../../openapi/contract-index.ts';
import { findField } from '../../openapi/find-field.ts';
import { childPointer } from '../../openapi/json-pointer.ts';
import type { DatabaseKnowledge } from '../knowledge.ts';
import type { GrantedPlace } from './opened-operation.ts';

/** All that one grant gives of one database, and where it is written. */
export interface CheckedGrant {
  readonly document: GrantDocument;
  readonly source: SourceMap;
  /** One for each of its operations; at least one. */
  readonly places: readonly GrantedPlace[];
  readonly knowledge: DatabaseKnowledge;
}

/** Finds the rule of a grant that names a contract field, as a JSON Pointer; the rules of all where none does. */
export function ruleFinder({ document, places }: CheckedGrant, kind: 'read' | 'write'): (fieldId: string) => string {
  const contract = places[0]?.version.contract;
  const rules = contract === undefined ? new Map<string, string>() : rulePointers(contract, document, kind);
  return (fieldId) => rules.get(fieldId) ?? `/spec/${kind}`;
}

function rulePointers(contract: Contract, { spec }: GrantDocument, kind: 'read' | 'write'): Map<string, string> {
  const roots = ruleRoots(contract);
  const pointers = new Map<string, string>();
  for (const [schema, paths] of Object.entries(spec[kind] ?? {})) {
    const shape = roots.get(schema);
    if (shape === undefined) continue;
    for (const [index, path] of paths.entries()) {
      const id = findField(shape, path).fields?.at(-1)?.id;
      if (id !== undefined) pointers.set(id, childPointer(childPointer(`/spec/${kind}`, schema), index));
    }
  }
  return pointers;
}

/** The place of an operation among those that a grant names. */
export function operationPointer({ document }: CheckedGrant, { operation }: GrantedPlace): string {
  return childPointer('/spec/operations', document.spec.operations.indexOf(operation.id));
}
