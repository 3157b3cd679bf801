import type { Contract, Field, Shape } from './contract.ts';

/** The shapes that rules may begin at: named schemas by their own names, and unnamed bodies by their operation's. */
export function ruleRoots(contract: Contract): Map<string, Shape> {
  const roots = new Map<string, Shape>();
  for (const [name, shape] of contract.shapes) if (shape.name === name) roots.set(name, shape);
  for (const { requestBody, responses } of contract.operations.values()) {
    for (const content of [requestBody?.content, ...[...responses.values()].map((response) => response.content)]) {
      const name = content?.shape.name;
      if (content !== undefined && name !== undefined && !roots.has(name)) roots.set(name, content.shape);
    }
  }
  return roots;
}

const indexes = new WeakMap<Contract, ReadonlyMap<string, Field>>();

/** Every field by id. */
export function fieldsById(contract: Contract): ReadonlyMap<string, Field> {
  const known = indexes.get(contract);
  if (known !== undefined) return known;
  const byId = new Map<string, Field>();
  const waiting: Shape[] = [...ruleRoots(contract).values()];
  const seen = new Set<object>();
  for (let shape = waiting.pop(); shape !== undefined; shape = waiting.pop()) {
    if (seen.has(shape.fields)) continue;
    seen.add(shape.fields);
    if (shape.items !== undefined) waiting.push(shape.items);
    for (const field of [...shape.fields.values(), ...(shape.entries === undefined ? [] : [shape.entries])]) {
      byId.set(field.id, field);
      waiting.push(field.shape);
    }
  }
  indexes.set(contract, byId);
  return byId;
}
