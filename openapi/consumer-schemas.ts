import type { Mask } from '../catalog/documents.ts';
import type { Contract, Field, JsonSchema, Shape } from './contract.ts';
import { hasFields } from './granted-places.ts';
import type { Hides } from './hidden-names.ts';
import { follow, resolvedSchema } from './normal-form.ts';
import { emptyObject, isList, isObject, member, members, type PlainObject, strings } from './plain-data.ts';
import type { SelectionNode } from './selection.ts';
import { throughArrays } from './through-arrays.ts';

type Draft = Record<string, unknown>;

/** Keywords that say something about a single value and nothing about other fields. */
const FACETS = [
  ...['format', 'const', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum'],
  ...['exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'contentEncoding', 'contentMediaType', 'deprecated'],
];
const SCALARS = ['string', 'number', 'integer', 'boolean', 'null'];
const MAX_DEPTH = 20;

/**
 * Writes the schemas of one consumer's own document. They are put together from what is granted, never cut down from the
 * interface's: every object becomes a component, so that recursion needs no care.
 */
export class ConsumerSchemas {
  readonly components: Draft = emptyObject();
  readonly #contract: Contract;
  readonly #hides: Hides;
  readonly #names = new Map<SelectionNode | ReadonlySet<string>, Map<ReadonlyMap<string, Field>, string>>();

  constructor(contract: Contract, hides: Hides, reserved: Draft) {
    this.#contract = contract;
    this.#hides = hides;
    Object.assign(this.components, reserved);
  }

  /** Schema of an answer; `partial` says that properties may be left out on request. */
  answer(node: SelectionNode, shape: Shape, partial: boolean): Draft {
    const alternatives: Draft[] = [];
    const { types, items } = shape;
    if (types.has('array')) {
      alternatives.push({
        type: 'array',
        ...(items === undefined ? {} : { items: this.answer(node, items, partial) }),
        ...this.#answerBounds(node, shape),
      });
    }
    if (hasFields([shape])) {
      if (node.keys.size > 0 || node.entries !== undefined) alternatives.push(this.#answerObject(node, shape, partial));
    } else if (!types.has('array') && node.leaf) {
      alternatives.push(node.mask === undefined ? this.value(shape.schema) : masked(node.mask));
    }
    return either(alternatives, types.has('null'));
  }

  /** Records may be filtered out of a list, and what is hidden or masked may have been all that told its items apart. */
  #answerBounds(node: SelectionNode, shape: Shape): Draft {
    const { maxItems, ...exact } = this.#bounds(shape.schema);
    const isWhole = node.mask === undefined && !hasFields(throughArrays(shape));
    return { ...(isWhole ? exact : {}), ...(maxItems === undefined ? {} : { maxItems }) };
  }

  /** How many items a list may have, as narrow as the schema and all branches of its allOf say. */
  #bounds(schema: JsonSchema): Draft {
    const parts = this.#conjuncts(schema);
    const least = numbers(parts, 'minItems');
    const most = numbers(parts, 'maxItems');
    return {
      ...(least.length === 0 ? {} : { minItems: Math.max(...least) }),
      ...(most.length === 0 ? {} : { maxItems: Math.min(...most) }),
      ...(parts.some((part) => part.uniqueItems === true) ? { uniqueItems: true } : {}),
    };
  }

  /** The schema and the branches of its allOf, each once. */
  #conjuncts(schema: JsonSchema): PlainObject[] {
    const parts = new Set<PlainObject>();
    const waiting: unknown[] = [schema];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (!isObject(next) || parts.has(next)) continue;
      parts.add(next);
      if (next.$ref !== undefined) waiting.push(follow(this.#contract.document, next)?.value);
      if (isList(next.allOf)) waiting.push(...next.allOf);
    }
    return [...parts];
  }

  #answerObject(node: SelectionNode, shape: Shape, partial: boolean): Draft {
    const isShown = (name: string): boolean => isAnswered(node.keys.get(name));
    return { ...this.#answerComponent(node, shape, partial), ...(partial ? {} : requiredBeside(shape, isShown)) };
  }

  #answerComponent(node: SelectionNode, shape: Shape, partial: boolean): Draft {
    return this.#component(node, shape, '', (draft) => {
      const properties = emptyObject();
      const required: string[] = [];
      for (const [name, field] of shape.fields) {
        const next = node.keys.get(name);
        if (next === undefined || !isAnswered(next)) continue;
        properties[name] = this.#described(this.answer(next, field.shape, partial), field);
        if (field.required && !partial) required.push(name);
      }
      draft.properties = properties;
      if (required.length > 0) draft.required = required;
      if (node.entries !== undefined && shape.entries !== undefined) {
        draft.additionalProperties = this.answer(node.entries, shape.entries.shape, partial);
      }
    });
  }

  /** Schema of a request body: exactly what may be written. */
  input(shape: Shape, writable: ReadonlySet<string>): Draft {
    const alternatives: Draft[] = [];
    const { types, items } = shape;
    if (types.has('array')) {
      alternatives.push({
        type: 'array',
        ...(items === undefined ? {} : { items: this.input(items, writable) }),
        ...this.#bounds(shape.schema),
      });
    }
    if (hasFields([shape])) alternatives.push(this.#inputObject(shape, writable));
    else if (!types.has('array')) alternatives.push(this.value(shape.schema));
    return either(alternatives, types.has('null'));
  }

  #inputObject(shape: Shape, writable: ReadonlySet<string>): Draft {
    const isWritable = (name: string): boolean => writable.has(shape.fields.get(name)?.id ?? '');
    return { ...this.#inputComponent(shape, writable), ...requiredBeside(shape, isWritable) };
  }

  #inputComponent(shape: Shape, writable: ReadonlySet<string>): Draft {
    return this.#component(writable, shape, 'Input', (draft) => {
      const properties = emptyObject();
      const required: string[] = [];
      for (const [name, field] of shape.fields) {
        if (!writable.has(field.id)) continue;
        properties[name] = this.#described(this.input(field.shape, writable), field);
        if (field.required) required.push(name);
      }
      draft.properties = properties;
      if (required.length > 0) draft.required = required;
      const { entries } = shape;
      draft.additionalProperties =
        entries !== undefined && writable.has(entries.id) ? this.input(entries.shape, writable) : false;
    });
  }

  #component(
    by: SelectionNode | ReadonlySet<string>,
    shape: Shape,
    suffix: string,
    fill: (draft: Draft) => void,
  ): Draft {
    const names = this.#names.get(by) ?? new Map<ReadonlyMap<string, Field>, string>();
    this.#names.set(by, names);
    let name = names.get(shape.fields);
    if (name === undefined) {
      name = this.#freeName(`${shape.path}${suffix}`);
      names.set(shape.fields, name);
      const draft: Draft = emptyObject();
      draft.type = 'object';
      this.components[name] = draft;
      fill(draft);
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  /** Names of components are letters, digits, `.`, `-` and `_` (OpenAPI 3.1 §4.8.7.1). */
  #freeName(wanted: string): string {
    const base = wanted.replaceAll(/[^A-Za-z0-9._-]/g, '_').replace(/\.\*$/, '.entry');
    let name = base;
    for (let number = 2; Object.hasOwn(this.components, name); number += 1) name = `${base}${number}`;
    return name;
  }

  #described(schema: Draft, field: Field): Draft {
    const description = member(field.shape.schema, 'description');
    if (typeof description !== 'string' || schema.description !== undefined || this.#hides(description)) return schema;
    return { ...schema, description };
  }

  /** The facets of a single value; nothing that is named after another field. */
  value(schema: JsonSchema, depth = 0): Draft {
    const found = depth > MAX_DEPTH ? undefined : resolvedSchema(this.#contract.document, schema);
    const out: Draft = emptyObject();
    if (found === undefined) return out;
    const types = (isList(found.type) ? found.type : [found.type]).filter((type) => SCALARS.includes(String(type)));
    if (types.length > 0) out.type = types.length === 1 ? types[0] : types;
    for (const name of FACETS) if (found[name] !== undefined) out[name] = found[name];
    const choices = found.enum;
    if (isList(choices) && !choices.some((choice) => typeof choice === 'string' && this.#hides(choice)))
      out.enum = choices;
    if (typeof out.const === 'string' && this.#hides(out.const)) delete out.const;
    const { description } = found;
    if (typeof description === 'string' && !this.#hides(description)) out.description = description;
    for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
      const branches = found[keyword];
      if (!isList(branches)) continue;
      out[keyword] = branches.map((branch) => (isObject(branch) ? this.value(branch, depth + 1) : branch));
    }
    return out;
  }

  /** Schema of a parameter: a single value, or a list or object of such. */
  parameter(schema: JsonSchema, depth = 0): Draft {
    const found = depth > MAX_DEPTH ? undefined : resolvedSchema(this.#contract.document, schema);
    if (found === undefined) return emptyObject();
    const { items, properties } = found;
    if (isObject(items) && found.type === 'array') {
      return { type: 'array', items: this.parameter(items, depth + 1), ...this.#bounds(found) };
    }
    if (found.type !== 'object') return this.value(found, depth);
    const shown = members(properties).filter(([name]) => !this.#hides(name));
    return {
      type: 'object',
      properties: Object.fromEntries(
        shown.map(([name, held]) => [name, isObject(held) ? this.parameter(held, depth + 1) : {}]),
      ),
    };
  }
}

function isAnswered(node: SelectionNode | undefined): boolean {
  return node !== undefined && (node.leaf || node.keys.size > 0 || node.entries !== undefined);
}

/** What is required where a shape is referred to, over what its component requires; of what the consumer knows. */
function requiredBeside(shape: Shape, isKnown: (name: string) => boolean): Draft {
  const names = strings(member(shape.schema, 'required')).filter(
    (name) => isKnown(name) && shape.fields.get(name)?.required === false,
  );
  return names.length === 0 ? {} : { required: names };
}

function numbers(parts: readonly PlainObject[], keyword: string): number[] {
  return parts.map((part) => part[keyword]).filter((value) => typeof value === 'number');
}

function either(alternatives: readonly Draft[], nullable: boolean): Draft {
  const [only] = alternatives;
  const isNullable = only !== undefined && JSON.stringify(only.type)?.includes('"null"') === true;
  const all = nullable && !isNullable ? [...alternatives, { type: 'null' }] : alternatives;
  if (all.length === 0) return { not: {} };
  return all.length === 1 && all[0] !== undefined ? all[0] : { anyOf: all };
}

/** What a mask makes of a value; where nothing can be shown it is null. */
function masked(mask: Mask): Draft {
  switch (mask.type) {
    case 'hide':
      return { type: 'null', description: 'Hidden.' };
    case 'last-4':
      return { type: ['string', 'null'], description: 'Masked: the last four characters.' };
    case 'hash':
      return { type: ['string', 'null'], description: 'Masked: a keyed hash, equal for equal values.' };
    case 'bucket':
      return { type: ['string', 'null'], description: 'Masked: the range in which the value lies.' };
    case 'truncate':
      return { type: ['string', 'null'], description: `Masked: at most the first ${mask.length} characters.` };
  }
}
