import { suggestion } from '../catalog/nearest-name.ts';
import { quoted } from '../catalog/quoted.ts';
import { checkAnnotation } from './annotation.ts';
import type { DocumentFaults } from './document-faults.ts';
import { heldBy, type Part } from './document-structure.ts';
import { childPointer, localReference, valueAt } from './json-pointer.ts';
import { narrowedSchema } from './narrowed-schema.ts';
import { checkMembers, foundThere, named } from './part-members.ts';
import { emptyObject, isList, isObject, member, members, type PlainObject } from './plain-data.ts';
import { modernSchema, plainSchema } from './schema-form.ts';
import { checkKeywords } from './schema-keywords.ts';

/** A `$ref` as found: where it stands and what must stand at its end. */
interface Reference {
  readonly pointer: string;
  readonly target: string;
}

/** A `pattern` keyword as found. */
export interface FoundPattern {
  readonly pointer: string;
  readonly pattern: string;
}

export interface NormalForm {
  readonly document: PlainObject;
  readonly patterns: readonly FoundPattern[];
}

/**
 * Copies a document of OpenAPI 3.x into the 3.1 form, deeply frozen and with null-prototype objects; `older` says that
 * its schemas are those of 2.0 or 3.0. Checks every reference and annotation on the way. Nothing is ever followed out
 * of the document.
 */
export function normalForm(document: PlainObject, older: boolean, faults: DocumentFaults): NormalForm {
  const walk = new Walk(older, faults);
  const copy = walk.part('document', document, '');
  if (!isObject(copy)) throw new TypeError('a document is an object');
  walk.checkReferences(copy);
  return { document: copy, patterns: walk.patterns };
}

class Walk {
  readonly patterns: FoundPattern[] = [];
  readonly #older: boolean;
  readonly #faults: DocumentFaults;
  readonly #references: Reference[] = [];

  constructor(older: boolean, faults: DocumentFaults) {
    this.#older = older;
    this.#faults = faults;
  }

  part(part: Part, value: unknown, pointer: string): unknown {
    if (part === 'schema' && typeof value === 'boolean') return value;
    if (!isObject(value)) {
      const mend = part === 'schema' && typeof value === 'string' ? `; write {type: …}` : '';
      const message = `here must stand ${named(part)}, an object with members, and there is ${foundThere(value)}${mend}`;
      this.#faults.add('document-invalid', message, pointer);
      return part === 'schema' ? false : Object.freeze(emptyObject());
    }
    const source = part === 'schema' ? this.#schema(value, pointer) : value;
    if (typeof source.$ref === 'string') this.#reference(source.$ref, pointer);
    else if (source.$ref !== undefined) {
      const message = `$ref must be a text such as "#/components/…", and there is ${foundThere(source.$ref)}`;
      this.#faults.add('ref-unsupported', message, childPointer(pointer, '$ref'));
    }
    checkMembers(part, source, pointer, this.#faults);
    if (source['x-portcullis'] !== undefined) checkAnnotation(part, source['x-portcullis'], pointer, this.#faults);
    const out = emptyObject();
    for (const [name, held] of members(source)) out[name] = this.#member(part, name, held, childPointer(pointer, name));
    return Object.freeze(out);
  }

  #member(part: Part, name: string, value: unknown, pointer: string): unknown {
    if (name === 'x-portcullis' || name === '$ref') return copy(value);
    const held = name.startsWith('x-') ? undefined : heldBy(part, name);
    if (held === undefined) return copy(value);
    if (held.startsWith('map:')) return this.#map(partOf(held), value, pointer);
    if (held.startsWith('list:')) return this.#list(partOf(held), value, pointer);
    return this.part(partOf(held), value, pointer);
  }

  #map(part: Part, value: unknown, pointer: string): unknown {
    const out = emptyObject();
    if (!isObject(value)) {
      const message = `here must stand an object that names ${named(part)} with each member, and there is ${foundThere(value)}`;
      this.#faults.add('document-invalid', message, pointer);
      return Object.freeze(out);
    }
    for (const [name, held] of members(value)) {
      // Paths, responses and the like may carry extensions beside their parts; a schema's properties may not.
      if (part !== 'schema' && name.startsWith('x-') && !isObject(held)) out[name] = copy(held);
      else out[name] = this.part(part, held, childPointer(pointer, name));
    }
    return Object.freeze(out);
  }

  #list(part: Part, value: unknown, pointer: string): unknown {
    if (!isList(value)) {
      const message = `here must stand a list, each item ${named(part)}, and there is ${foundThere(value)}`;
      this.#faults.add(part === 'schema' ? 'schema-invalid' : 'document-invalid', message, pointer);
      return Object.freeze([]);
    }
    return Object.freeze(value.map((held, index) => this.part(part, held, childPointer(pointer, index))));
  }

  #schema(value: PlainObject, pointer: string): PlainObject {
    checkKeywords(value, this.#older, pointer, this.#faults);
    if (isList(value.items)) this.#faults.moved(childPointer(pointer, 'prefixItems'), childPointer(pointer, 'items'));
    const schema = plainSchema(this.#older ? modernSchema(value) : value);
    if (value.anyOf === undefined && schema.anyOf !== undefined) {
      // What was nullable beside its branches has become a branch of its own.
      this.#faults.moved(`${childPointer(pointer, 'anyOf')}/0`, pointer);
    }
    for (const name of ['$id', '$anchor', '$dynamicRef', '$dynamicAnchor', '$recursiveRef']) {
      if (typeof schema[name] !== 'string') continue;
      const mend = 'point to schemas with $ref and a JSON Pointer (#/components/schemas/…)';
      this.#faults.add('ref-unsupported', `${name} is not supported; ${mend}`, childPointer(pointer, name));
    }
    const pattern = schema.pattern;
    if (typeof pattern === 'string') this.patterns.push({ pattern, pointer: childPointer(pointer, 'pattern') });
    for (const [found] of members(schema.patternProperties)) {
      const at = childPointer(childPointer(pointer, 'patternProperties'), found);
      this.patterns.push({ pattern: found, pointer: at });
    }
    return schema;
  }

  #reference(reference: string, pointer: string): void {
    const at = childPointer(pointer, '$ref');
    const target = localReference(reference);
    if (target !== undefined) {
      this.#references.push({ pointer: at, target });
    } else if (reference.startsWith('#')) {
      const mend = 'write it as #/components/…';
      this.#faults.add('ref-unsupported', `the reference ${quoted(reference)} is no JSON Pointer; ${mend}`, at);
    } else {
      const mend = 'nothing outside the document is ever read: put the part into this document (bundle it)';
      this.#faults.add('ref-remote', `the reference ${quoted(reference)} leads out of the document; ${mend}`, at);
    }
  }

  checkReferences(document: PlainObject): void {
    for (const { pointer, target } of this.#references) {
      if (valueAt(document, target) !== undefined) {
        if (leadsBack(document, pointer.slice(0, -'/$ref'.length), target)) {
          const message = `the reference ${quoted(`#${target}`)} leads back to itself, so that it says nothing; point to a part that does`;
          this.#faults.add('ref-circular', message, pointer);
        }
        continue;
      }
      const { file, line } = this.#faults.locate(pointer);
      const removal = `this removes what the reference ${quoted(`#${target}`)} at ${file}:${line} leads to; remove that, too, or keep this`;
      if (this.#faults.addAtRemoval('ref-missing', removal, target)) continue;
      const cut = target.lastIndexOf('/');
      const siblings = valueAt(document, target.slice(0, Math.max(cut, 0)));
      const hint = suggestion(target.slice(cut + 1), isObject(siblings) ? Object.keys(siblings) : []);
      this.#faults.add('ref-missing', `the reference ${quoted(`#${target}`)} leads nowhere${hint}`, pointer);
    }
  }
}

/** Whether a reference at `holder` leads through references alone to `holder` again. */
function leadsBack(document: PlainObject, holder: string, target: string): boolean {
  let at: string | undefined = target;
  for (let steps = 0; at !== undefined && steps < MOST_STEPS; steps += 1) {
    if (at === holder) return true;
    const next = member(valueAt(document, at), '$ref');
    at = typeof next === 'string' ? localReference(next) : undefined;
  }
  return false;
}

function partOf(held: string): Part {
  return held.slice(held.indexOf(':') + 1) as Part;
}

/** A frozen, null-prototype copy of plain data. */
function copy(value: unknown): unknown {
  if (isList(value)) return Object.freeze(value.map(copy));
  if (!isObject(value)) return value;
  const out = emptyObject();
  for (const [name, held] of members(value)) out[name] = copy(held);
  return Object.freeze(out);
}

/** What a schema says with all that stands beside the references on its way; undefined where they lead nowhere. */
export function resolvedSchema(document: PlainObject, schema: unknown): PlainObject | undefined {
  const steps: PlainObject[] = [];
  let current = schema;
  while (isObject(current) && typeof current.$ref === 'string' && steps.length < MOST_STEPS) {
    steps.push(current);
    const pointer = localReference(current.$ref);
    current = pointer === undefined ? undefined : valueAt(document, pointer);
  }
  if (!isObject(current) || steps.length === MOST_STEPS) return undefined;
  const narrowed = narrowedSchema(current, steps);
  return isObject(narrowed) ? narrowed : undefined;
}

/** References in a row. */
const MOST_STEPS = 50;

/** Follows a chain of `$ref`s inside the document; undefined when it leads nowhere, out, or in a circle. */
export function follow(document: PlainObject, value: unknown): { value: PlainObject; pointer?: string } | undefined {
  let current = value;
  let pointer: string | undefined;
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    if (!isObject(current)) return undefined;
    const reference = member(current, '$ref');
    if (typeof reference !== 'string') return { value: current, ...(pointer === undefined ? {} : { pointer }) };
    pointer = localReference(reference);
    if (pointer === undefined) return undefined;
    current = valueAt(document, pointer);
  }
  return undefined;
}
