import { DocumentTooComplex } from './document-faults.ts';
import { childPointer } from './json-pointer.ts';
import { isList, isObject } from './plain-data.ts';

/** A large real document (1.4 MB, 134 operations) has 22 000 values and 22 levels. */
const MAX_VALUES = 500_000;
const MAX_DEPTH = 120;
const MAX_MEMBERS = 20_000;

/**
 * Refuses a document that would cost too much to read; throws DocumentTooComplex. Values reached over several ways
 * (YAML aliases) count every time, so that what follows may walk the document as a tree.
 */
export function checkLimits(content: unknown): void {
  let values = 0;
  const walk = (value: unknown, pointer: string, depth: number): void => {
    values += 1;
    if (values > MAX_VALUES) throw new DocumentTooComplex(`The document has more than ${MAX_VALUES} values.`, '');
    if (depth > MAX_DEPTH) throw new DocumentTooComplex(`The document is nested deeper than ${MAX_DEPTH}.`, pointer);
    if (isList(value)) {
      for (let index = 0; index < value.length; index += 1) walk(value[index], pointer, depth + 1);
    } else if (isObject(value)) {
      const names = Object.keys(value);
      if (names.length > MAX_MEMBERS) {
        throw new DocumentTooComplex(`One object has more than ${MAX_MEMBERS} members.`, pointer);
      }
      // Pointers are built only near the limit: a fault for depth names the outer levels, which is enough to find it.
      for (const name of names) walk(value[name], depth < 6 ? childPointer(pointer, name) : pointer, depth + 1);
    }
  };
  walk(content, '', 0);
}
