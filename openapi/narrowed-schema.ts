import { canonicalJson } from './canonical-json.ts';
import type { JsonSchema } from './contract.ts';
import { emptyObject, isList, isObject, type PlainObject, strings } from './plain-data.ts';

type Join = (outer: unknown, inner: unknown) => unknown;

const greater: Join = (outer, inner) => (Number(outer) > Number(inner) ? outer : inner);
const smaller: Join = (outer, inner) => (Number(outer) < Number(inner) ? outer : inner);
const either: Join = (outer, inner) => outer === true || inner === true;
const nearest: Join = (outer) => outer;
const union: Join = (outer, inner) => [...new Set([...strings(inner), ...strings(outer)])];
const common: Join = (outer, inner) => {
  if (!isList(outer) || !isList(inner)) return undefined;
  const wanted = new Set(outer.map(canonicalJson));
  return inner.filter((choice) => wanted.has(canonicalJson(choice)));
};
const commonTypes: Join = (outer, inner) => {
  const [wanted = [], held = []] = [outer, inner].map((types) => strings(isList(types) ? types : [types]));
  const admits = (types: readonly string[], type: string): boolean =>
    types.includes(type) || (type === 'integer' && types.includes('number'));
  const both = [...wanted.filter((type) => admits(held, type)), ...held.filter((type) => admits(wanted, type))];
  const [only, ...more] = new Set(both);
  return only === undefined ? inner : more.length === 0 ? only : [only, ...more];
};
/** Two that must both hold, and that nothing can make one of. */
const apart: Join = () => undefined;

/** Keywords that hold beside a reference, and what is left of two that must both hold. */
const JOINS: ReadonlyMap<string, Join> = new Map<string, Join>([
  ['type', commonTypes],
  ['enum', common],
  ['required', union],
  ...['minLength', 'minItems', 'minimum', 'exclusiveMinimum'].map((name) => [name, greater] as const),
  ...['maxLength', 'maxItems', 'maximum', 'exclusiveMaximum'].map((name) => [name, smaller] as const),
  ...['uniqueItems', 'deprecated'].map((name) => [name, either] as const),
  ...['description', 'title'].map((name) => [name, nearest] as const),
  ...['format', 'const', 'pattern', 'multipleOf', 'contentEncoding', 'contentMediaType'].map(
    (name) => [name, apart] as const,
  ),
]);

/**
 * What a schema says where it is referred to: its own keywords, made narrower by those that stand beside the reference
 * (2020-12: all of them hold). `steps` are the schemas on the way, the outermost first. The same schema where they say nothing.
 */
export function narrowedSchema(target: JsonSchema, steps: readonly JsonSchema[]): JsonSchema {
  if (!isObject(target)) return target;
  return steps.reduceRight<PlainObject>(
    (inner, step) => speakingParts(step).reduce((held, part) => narrowedBy(held, part), inner),
    target,
  );
}

/** The step itself, and branches of its allOf that say no more than such keywords. */
function speakingParts(step: JsonSchema): PlainObject[] {
  if (!isObject(step)) return [];
  const branches = (isList(step.allOf) ? step.allOf : []).filter(isObject);
  return [step, ...branches.filter((branch) => branch.$ref === undefined && branch.type === undefined)];
}

function narrowedBy(inner: PlainObject, outer: PlainObject): PlainObject {
  const said = [...JOINS].filter(([name]) => outer[name] !== undefined);
  if (said.length === 0) return inner;
  const out: Record<string, unknown> = Object.assign(emptyObject(), inner);
  const beside: Record<string, unknown> = emptyObject();
  for (const [name, join] of said) {
    if (inner[name] === undefined || canonicalJson(inner[name]) === canonicalJson(outer[name])) {
      out[name] = outer[name];
      continue;
    }
    const joined = join(outer[name], inner[name]);
    if (joined === undefined) beside[name] = outer[name];
    else out[name] = joined;
  }
  if (Object.keys(beside).length > 0) out.allOf = [...(isList(inner.allOf) ? inner.allOf : []), beside];
  return Object.freeze(out);
}
