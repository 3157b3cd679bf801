import type { Selection, SelectionNode } from '../../openapi/selection.ts';
import { compileMask } from './masks.ts';
import type { SelectorContext } from './subject-kinds.ts';

const DROP = Symbol('drop');

/** The rules of selection said again the slow way, over a document parsed by JSON.parse: what the selector must equal. */
export function selectByParsing(text: string, selection: Selection, context: SelectorContext) {
  const facts = { returned: new Set<string>(), recordCount: 0, unexpected: 0, subjects: [] as string[] };
  const select = (value: unknown, node: SelectionNode | undefined, root: boolean): unknown => {
    const hasObject =
      node !== undefined && (node.keys.size > 0 || node.silent !== undefined || node.entries !== undefined);
    const leaf = node?.leaf === true;
    const out = () => node !== undefined && node.field !== '' && facts.returned.add(node.field);
    if (value === null) {
      if (!leaf && !hasObject) return root ? null : DROP;
      out();
      return null;
    }
    if (Array.isArray(value)) {
      if (!leaf && !hasObject && !root) return DROP;
      if (leaf || hasObject) out();
      return value.map((item) => select(item, node, false)).filter((item) => item !== DROP);
    }
    if (typeof value === 'object') {
      if (!hasObject) {
        if (leaf) facts.unexpected++;
        return root ? {} : DROP;
      }
      out();
      if (node.record) facts.recordCount++;
      const result: Record<string, unknown> = Object.create(null);
      for (const [key, item] of Object.entries(value)) {
        const silent = node.silent?.get(key);
        if (silent !== undefined) {
          if (item !== null && typeof item !== 'object') facts.subjects.push(`${context.kindName(silent)} ${item}`);
          continue;
        }
        const selected = select(item, node.keys.get(key) ?? node.entries, false);
        if (selected !== DROP) result[key] = selected;
      }
      return result;
    }
    if (!leaf) {
      if (hasObject) facts.unexpected++;
      return root ? null : DROP;
    }
    out();
    if (node.identifies !== undefined) facts.subjects.push(`${context.kindName(node.identifies)} ${value}`);
    if (node.mask === undefined) return value;
    const type = typeof value === 'string' ? 'string' : typeof value === 'number' ? 'number' : 'boolean';
    return JSON.parse(compileMask(node.mask, node.field, context)(String(value), type));
  };
  return { value: select(JSON.parse(text), selection.root, true), facts };
}
