import assert from 'node:assert/strict';
import type { ReferencedFile } from '../catalog/catalog.ts';
import { parseSource } from '../catalog/parse-source.ts';
import type { Contract, Operation } from './contract.ts';
import { type ParsedContract, parseContract } from './parse-contract.ts';

/** Parses a document given as YAML text. */
export function parsed(text: string, ...overlays: string[]): ParsedContract {
  const { content, source, faults } = parseSource('api.yaml', text);
  assert.deepEqual(faults, []);
  return parseContract(
    content,
    source,
    overlays.map((overlay, index): ReferencedFile => {
      const path = `overlay-${index + 1}.yaml`;
      const read = parseSource(path, overlay);
      assert.deepEqual(read.faults, []);
      return { path, content: read.content, source: read.source, digest: `sha256:${index}` };
    }),
  );
}

/** The contract of a document that has no faults. */
export function contractOf(text: string, ...overlays: string[]): Contract {
  const { contract, faults } = parsed(text, ...overlays);
  assert.deepEqual(faults, []);
  assert.ok(contract !== undefined);
  return contract;
}

/** Faults as `line:column code`, warnings with a question mark. */
export function codes({ faults }: Pick<ParsedContract, 'faults'>): string[] {
  return faults.map(
    ({ place, code, severity }) => `${place.line}:${place.column} ${code}${severity === 'error' ? '' : '?'}`,
  );
}

export function operationOf(contract: Contract, id: string): Operation {
  const operation = contract.operations.get(id);
  assert.ok(operation !== undefined, `no operation ${id}`);
  return operation;
}

/** A document with these paths and schemas (YAML, indented by two blanks less than they will stand). */
export function document(paths: string, schemas = ''): string {
  const indented = (text: string, by: string): string => text.replaceAll(/^(?=.)/gm, by);
  const components = schemas === '' ? '' : `components:\n  schemas:\n${indented(schemas.trim(), '    ')}\n`;
  return `openapi: 3.1.0\ninfo: {title: Test, version: '1'}\npaths:\n${indented(paths.trim(), '  ')}\n${components}`;
}
