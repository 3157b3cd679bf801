import { quoted } from '../catalog/quoted.ts';
import type { Method, Operation } from './contract.ts';
import type { DocumentFaults } from './document-faults.ts';
import { childPointer } from './json-pointer.ts';

/** Names in braces, in order. */
export function templateNames(path: string): string[] {
  return [...path.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? '');
}

/** What is wrong with a path template (OpenAPI 3.1 §4.8.8), as a sentence with its mend; undefined when nothing is. */
export function templateFault(path: string): string | undefined {
  if (!path.startsWith('/')) return `the path ${quoted(path)} must begin with a slash; add it`;
  if (/[?#]/.test(path)) return `the path ${quoted(path)} holds a query or fragment; declare query parameters instead`;
  const names = templateNames(path);
  const literal = path.replaceAll(/\{[^{}]*\}/g, 'x');
  if (/[{}]/.test(literal)) return `the braces in ${quoted(path)} do not pair up; write {name}`;
  if (names.some((name) => name === '' || name.includes('/')))
    return `${quoted(path)} has a nameless parameter; name it`;
  if (new Set(names).size < names.length) return `${quoted(path)} names a parameter twice; give each its own name`;
  // biome-ignore format: one rule, one line
  if (/[\u0000-\u0020\u007f]/.test(literal) || /\/\/|\/\.{1,2}(?:\/|$)/.test(literal)) return `the path ${quoted(path)} is not in canonical form; remove empty, dot and blank segments`;
  return undefined;
}

/** Two templates with the same key match the same paths. */
function matchKey(method: Method, path: string): string {
  return `${method} ${path.replaceAll(/\{[^{}]*\}/g, '{}').replace(/(?<=.)\/$/, '')}`;
}

/** Faults for operations that match the same requests. A literal segment beside a parameter is no collision: it wins. */
export function checkCollisions(operations: readonly Operation[], faults: DocumentFaults): void {
  const seen = new Map<string, Operation>();
  for (const operation of operations) {
    const key = matchKey(operation.method, operation.path);
    const other = seen.get(key);
    if (other === undefined) {
      seen.set(key, operation);
      continue;
    }
    const message = `${operation.method} ${quoted(operation.path)} and ${quoted(other.path)} match the same requests`;
    faults.add('operation-collision', `${message}; keep one of them`, operation.pointer);
  }
}

/** Faults for template parameters that no parameter declares, and declared ones that the template lacks. */
export function checkPathParameters(operation: Operation, faults: DocumentFaults): void {
  const names = new Set(templateNames(operation.path));
  const declared = new Set(operation.parameters.filter((one) => one.in === 'path').map((one) => one.name));
  for (const name of names) {
    if (declared.has(name)) continue;
    const message = `the path parameter ${quoted(name)} of ${quoted(operation.path)} is not declared; declare it`;
    faults.add('path-parameter-undeclared', message, operation.pointer);
  }
  for (const name of declared) {
    if (names.has(name)) continue;
    const message = `the path parameter ${quoted(name)} does not occur in ${quoted(operation.path)}; remove it`;
    faults.add('path-parameter-unused', message, childPointer(operation.pointer, 'parameters'), 'warning');
  }
}
