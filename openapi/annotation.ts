import type { FieldClass } from '../catalog/documents.ts';
import { suggestion } from '../catalog/nearest-name.ts';
import { quoted } from '../catalog/quoted.ts';
import type { FieldAnnotation, OdooName, OdooOperation, OperationAnnotation, ParameterRole } from './contract.ts';
import type { DocumentFaults } from './document-faults.ts';
import type { Part } from './document-structure.ts';
import { childPointer } from './json-pointer.ts';
import { isList, isObject, member, members, strings } from './plain-data.ts';

/** From the least to the most protected. */
const CLASSES: readonly FieldClass[] = ['public', 'internal', 'confidential', 'restricted'];
const TAGS = [
  ...['PII', 'financial', 'commercial', 'credential', 'security', 'HR'],
  ...['tax-id', 'free-text', 'chatter', 'audit', 'integrity'],
];
const ROLES: readonly ParameterRole[] = ['fields', 'sort', 'limit', 'cursor', 'filter', 'ignored', 'forward'];
const OPERATORS = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'like', 'ilike'];
const CALLS: readonly OdooOperation['call'][] = ['list', 'get', 'create', 'update', 'delete', 'action'];

/** Says what is wrong with a value, as the end of a sentence; undefined when nothing is. */
type Check = (value: unknown) => string | undefined;

const isText: Check = (value) => (typeof value === 'string' && value !== '' ? undefined : 'must be a text');
const isFlag: Check = (value) => (typeof value === 'boolean' ? undefined : 'must be true or false');
const isWhole: Check = (value) =>
  Number.isInteger(value) && Number(value) >= 0 ? undefined : 'must be a whole number, 0 or more';
const isListOfTexts: Check = (value) =>
  isList(value) && value.every((item) => typeof item === 'string') ? undefined : 'must be a list of texts';
const isPlainObject: Check = (value) => (isObject(value) ? undefined : 'must be an object');

function oneOf(choices: readonly string[]): Check {
  return (value) => {
    if (typeof value === 'string' && choices.includes(value)) return undefined;
    const hint = typeof value === 'string' ? suggestion(value, choices) : '';
    return `must be one of ${choices.join(', ')}${hint}`;
  };
}

const isOdooName: Check = (value) => {
  if (typeof value === 'string' && value !== '') return undefined;
  const wrong = 'must be a name, or one per Odoo major version ({"16": "qty_done", "17": "quantity"})';
  if (!isObject(value) || Object.keys(value).length === 0) return wrong;
  const fine = members(value).every(
    ([major, name]) => /^\d{1,2}$/.test(major) && (name === null || (typeof name === 'string' && name !== '')),
  );
  return fine ? undefined : wrong;
};

const isTags: Check = (value) => {
  if (!isList(value)) return 'must be a list of tags';
  for (const tag of value) {
    const wrong = oneOf(TAGS)(tag);
    if (wrong !== undefined) return `holds ${quoted(String(tag))}; each tag ${wrong}`;
  }
  return undefined;
};

const isUnique: Check = (value) =>
  isList(value) && value.every((key) => isListOfTexts(key) === undefined && strings(key).length > 0)
    ? undefined
    : 'must be a list of keys, each a list of contract fields';

const SCHEMA_MEMBERS = new Map<string, Check>([
  ['class', oneOf(CLASSES)],
  ['tags', isTags],
  ['systemOfRecord', isText],
  ['canonicalName', isText],
  ['odoo', isOdooName],
  ['identifier', isFlag],
  ['envelope', isFlag],
  ['writeOnce', isFlag],
  ['decimals', isWhole],
  ['relation', oneOf(['id', 'label'])],
  ['model', isOdooName],
]);

const ODOO_MEMBERS = new Map<string, Check>([
  ['call', oneOf(CALLS)],
  ['model', isOdooName],
  ['method', isOdooName],
  ['idParameter', isText],
  ['domain', (value) => (isList(value) ? undefined : 'must be an Odoo domain (a list)')],
  ['sort', isText],
  ['maxPageSize', (value) => (value === 0 ? 'must be at least 1' : isWhole(value))],
  ['unique', isUnique],
  ['context', isPlainObject],
]);

const MEMBERS = new Map<Part, Map<string, Check>>([
  ['schema', SCHEMA_MEMBERS],
  [
    'operation',
    new Map([
      ['odoo', isPlainObject],
      ['idempotencyKey', oneOf(['required', 'optional'])],
    ]),
  ],
  [
    'parameter',
    new Map([
      ['role', oneOf(ROLES)],
      ['field', isText],
      ['operator', oneOf(OPERATORS)],
    ]),
  ],
]);

/** Faults for every member of an `x-portcullis` that is unknown at this part, or has a value it may not have. */
export function checkAnnotation(part: Part, value: unknown, pointer: string, faults: DocumentFaults): void {
  const at = childPointer(pointer, 'x-portcullis');
  const known = MEMBERS.get(part);
  if (known === undefined) {
    const mend = 'it belongs to a schema, a property, an operation or a parameter';
    faults.add('annotation-misplaced', `x-portcullis means nothing at a ${part}; ${mend}`, at);
    return;
  }
  checkMembers(value, known, at, faults);
  if (part === 'schema') checkEnvelope(value, at, faults);
  const odoo = member(value, 'odoo');
  if (part !== 'operation' || !isObject(odoo)) return;
  const inner = childPointer(at, 'odoo');
  checkMembers(odoo, ODOO_MEMBERS, inner, faults);
  for (const name of ['call', 'model']) {
    if (!Object.hasOwn(odoo, name)) faults.add('annotation-invalid', `odoo needs the member ${name}; add it`, inner);
  }
  if (odoo.call === 'action' && !Object.hasOwn(odoo, 'method')) {
    faults.add('annotation-invalid', 'an action needs the member method; add it', inner);
  }
}

/** What comes without a grant must not be data. */
function checkEnvelope(value: unknown, at: string, faults: DocumentFaults): void {
  if (member(value, 'envelope') !== true) return;
  const stated = member(value, 'class');
  const tags = member(value, 'tags');
  if (stated !== 'confidential' && stated !== 'restricted' && !(isList(tags) && tags.length > 0)) return;
  const mend = 'leave envelope out and grant the field, or leave its class and tags out';
  faults.add(
    'annotation-invalid',
    `a classified or tagged field is data, not an envelope; ${mend}`,
    childPointer(at, 'envelope'),
  );
}

function checkMembers(value: unknown, known: Map<string, Check>, at: string, faults: DocumentFaults): void {
  if (!isObject(value)) {
    faults.add('annotation-invalid', `this must be an object; write it as one`, at);
    return;
  }
  for (const [name, held] of members(value)) {
    const check = known.get(name);
    if (check === undefined) {
      const hint = suggestion(name, known.keys()) || `; known are ${[...known.keys()].join(', ')}`;
      faults.add('annotation-unknown', `${quoted(name)} is no annotation here${hint}`, childPointer(at, name));
      continue;
    }
    const wrong = check(held);
    if (wrong !== undefined) faults.add('annotation-invalid', `${name} ${wrong}`, childPointer(at, name));
  }
}

/**
 * The annotation of a field from the annotations that speak of it (its own first, then those of the schemas it refers
 * to). The highest class and all tags hold; for the rest the first that says something. `inherited` is the least class
 * where nothing is said. Members with invalid values were reported before and are passed over.
 */
export function fieldAnnotation(found: readonly unknown[], inherited: FieldClass): FieldAnnotation {
  const first = (name: string): unknown => {
    const check = SCHEMA_MEMBERS.get(name);
    for (const annotation of found) {
      const value = member(annotation, name);
      if (value !== undefined && check?.(value) === undefined) return value;
    }
    return undefined;
  };
  const out: Record<string, unknown> = {};
  for (const name of SCHEMA_MEMBERS.keys()) {
    const value = name === 'model' || name === 'class' || name === 'tags' ? undefined : first(name);
    if (value !== undefined) out[name] = value;
  }
  const classes = found.map((annotation) => CLASSES.indexOf(member(annotation, 'class') as FieldClass));
  const stated = CLASSES[Math.max(-1, ...classes)];
  const tags = new Set(found.flatMap((annotation) => strings(member(annotation, 'tags'))));
  return { ...out, class: stated ?? inherited, tags: TAGS.filter((tag) => tags.has(tag)) };
}

/** The stricter of two classes. */
export function stricterClass(one: FieldClass, other: FieldClass): FieldClass {
  return CLASSES.indexOf(one) > CLASSES.indexOf(other) ? one : other;
}

/** The Odoo model that an object schema's annotation names. */
export function modelOf(annotation: unknown): OdooName | undefined {
  const model = member(annotation, 'model');
  return isOdooName(model) === undefined ? (model as OdooName) : undefined;
}

/** The annotation of an operation; members with invalid values were reported before and are passed over. */
export function operationAnnotation(annotation: unknown): OperationAnnotation {
  const idempotencyKey = member(annotation, 'idempotencyKey');
  const odoo = member(annotation, 'odoo');
  const sound =
    isObject(odoo) &&
    Object.hasOwn(odoo, 'call') &&
    Object.hasOwn(odoo, 'model') &&
    members(odoo).every(([name, value]) => ODOO_MEMBERS.get(name)?.(value) === undefined);
  return {
    ...(sound ? { odoo: odoo as unknown as OdooOperation } : {}),
    ...(idempotencyKey === 'required' || idempotencyKey === 'optional' ? { idempotencyKey } : {}),
  };
}

/** What an annotation makes of a parameter. Without one it is forwarded. */
export function parameterRole(annotation: unknown): { role: ParameterRole; field?: string; operator?: string } {
  const role = member(annotation, 'role');
  const field = member(annotation, 'field');
  const operator = member(annotation, 'operator');
  return {
    role: ROLES.find((known) => known === role) ?? 'forward',
    ...(typeof field === 'string' ? { field } : {}),
    ...(typeof operator === 'string' ? { operator } : {}),
  };
}
