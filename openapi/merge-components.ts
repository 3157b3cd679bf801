import { canonicalJson } from './canonical-json.ts';
import { emptyObject, isList, isObject, member, members } from './plain-data.ts';

const PREFIX = '#/components/schemas/';

/**
 * Makes one of component schemas that say the same, when one is named like the other with a number behind (`Customer`,
 * `Customer2`): operations that show the same fields then share one type. Gives the document so changed.
 */
export function mergeComponents(document: Record<string, unknown>): Record<string, unknown> {
  let current = document;
  for (;;) {
    const schemas = member(member(current, 'components'), 'schemas');
    const first = new Map<string, string>();
    const renamed = new Map<string, string>();
    for (const [name, schema] of members(schemas)) {
      const key = `${name.replace(/\d+$/, '')} ${canonicalJson(schema)}`;
      const known = first.get(key);
      if (known === undefined) first.set(key, name);
      else renamed.set(PREFIX + name, PREFIX + known);
    }
    if (renamed.size === 0) return current;
    const next = withReferences(current, renamed);
    if (!isObject(next)) return current;
    const kept = emptyObject();
    for (const [name, schema] of members(member(member(next, 'components'), 'schemas'))) {
      if (!renamed.has(PREFIX + name)) kept[name] = schema;
    }
    const components = member(next, 'components');
    current = { ...next, components: { ...(isObject(components) ? components : {}), schemas: kept } };
  }
}

function withReferences(value: unknown, renamed: ReadonlyMap<string, string>): unknown {
  if (isList(value)) return value.map((held) => withReferences(held, renamed));
  if (!isObject(value)) return value;
  const out = emptyObject();
  for (const [name, held] of members(value)) {
    const target = name === '$ref' && typeof held === 'string' ? renamed.get(held) : undefined;
    out[name] = target ?? withReferences(held, renamed);
  }
  return out;
}
