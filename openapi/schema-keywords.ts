import { nearestName, suggestion } from '../catalog/nearest-name.ts';
import { quoted } from '../catalog/quoted.ts';
import type { DocumentFaults } from './document-faults.ts';
import { childPointer } from './json-pointer.ts';
import { isList, member, members, type PlainObject, strings } from './plain-data.ts';
import { isType, typeOfValue, unknownType } from './schema-value-types.ts';

/** Says what is wrong with the value of a keyword, as the end of a sentence that begins with the keyword. */
type Check = (value: unknown) => string | undefined;

const isText: Check = (value) => (typeof value === 'string' ? undefined : 'must be a text; write it in quotes');
const isFlag: Check = (value) => (typeof value === 'boolean' ? undefined : 'must be true or false');
const isNumber: Check = (value) => {
  if (typeof value === 'number') return undefined;
  return `must be a number${typeof value === 'string' ? '; write it without quotes' : ''}`;
};
const isCount: Check = (value) =>
  Number.isInteger(value) && Number(value) >= 0 ? undefined : 'must be a whole number, 0 or more';
const isNames: Check = (value) =>
  isList(value) && value.every((item) => typeof item === 'string')
    ? undefined
    : 'must be a list of property names, such as [id, name]';
const isRequired: Check = (value) =>
  typeof value === 'boolean'
    ? 'must be a list of property names; write it beside "properties", not within a property'
    : isNames(value);
const isChoices: Check = (value) => {
  if (!isList(value)) return 'must be a list of values';
  return value.length === 0 ? 'is empty, so that no value fits; name the values or delete it' : undefined;
};
const isBranches: Check = (value) =>
  isList(value) && value.length === 0 ? 'is an empty list; name at least one schema or delete it' : undefined;
const isStep: Check = (value) => (typeof value === 'number' && value > 0 ? undefined : 'must be a number above 0');
const isAnything: Check = () => undefined;

const isTypes: Check = (value) => {
  if (isList(value) && value.length === 0) return 'is an empty list, so that no value fits; name a type or delete it';
  for (const name of isList(value) ? value : [value]) {
    if (!isType(name)) return unknownType(name);
  }
  return undefined;
};

/** The keywords of 2020-12 and of older OpenAPI schemas. What holds schemas is looked at by those who walk through them. */
const KEYWORDS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['type', isTypes],
  ['enum', isChoices],
  ['required', isRequired],
  ['multipleOf', isStep],
  ...each(isText, 'format', 'pattern', 'contentEncoding', 'contentMediaType'),
  ...each(isFlag, 'uniqueItems', 'readOnly', 'writeOnly', 'deprecated', 'nullable'),
  ...each(isNumber, 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'),
  ...each(isCount, 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'),
  ...each(isCount, 'minContains', 'maxContains'),
  ...each(isBranches, 'allOf', 'anyOf', 'oneOf', 'prefixItems'),
  ...each(isAnything, 'const', 'default', 'title', 'description', 'example', 'examples', 'discriminator', 'xml'),
  ...each(isAnything, 'externalDocs', 'properties', 'patternProperties', 'additionalProperties', 'items', 'not', 'if'),
  ...each(isAnything, 'then', 'else', 'contains', 'propertyNames', 'unevaluatedItems', 'unevaluatedProperties'),
  ...each(isAnything, 'dependentSchemas', 'dependentRequired', 'dependencies', 'contentSchema', 'definitions'),
  ...each(isAnything, 'additionalItems', 'collectionFormat', 'allowEmptyValue'),
]);

/** Pairs of which the first must not be above the second. */
const BOUNDS = [
  ['minLength', 'maxLength'],
  ['minItems', 'maxItems'],
  ['minProperties', 'maxProperties'],
  ['minContains', 'maxContains'],
  ['minimum', 'maximum'],
] as const;

/** Formats that say something about texts alone. */
const TEXT_FORMATS = [
  ...['date', 'time', 'date-time', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uri', 'uuid', 'byte', 'password'],
];
/** Spelt so often in another way that nearness does not tell. */
const USUAL_SLIPS: ReadonlyMap<string, string> = new Map([
  ['datetime', 'date-time'],
  ['timestamp', 'date-time'],
  ['guid', 'uuid'],
  ['url', 'uri'],
]);

/** A shorter name is near to too many others. */
const LEAST_COMPARED = 4;

/**
 * Holds the keywords of one schema (without its subschemas) against what they may say. `older`: the schema is one of
 * OpenAPI 2.0 or 3.0, where exclusive bounds are flags and `type: file` means bytes.
 */
export function checkKeywords(schema: PlainObject, older: boolean, pointer: string, faults: DocumentFaults): void {
  // Beside a reference those versions ignore everything.
  if (older && typeof schema.$ref === 'string') return;
  for (const [name, value] of members(schema)) {
    if (name.startsWith('x-') || name.startsWith('$')) continue;
    const at = childPointer(pointer, name);
    const check = KEYWORDS.get(name);
    if (check === undefined) checkSpelling(name, at, faults);
    else if (!(older && isOldForm(name, value))) {
      const wrong = check(value);
      if (wrong !== undefined) faults.add('schema-invalid', `${name} ${wrong}`, at);
    }
  }
  checkBounds(schema, pointer, faults);
  checkEffects(schema, older, pointer, faults);
}

function each(check: Check, ...names: readonly string[]): (readonly [string, Check])[] {
  return names.map((name) => [name, check] as const);
}

function isOldForm(name: string, value: unknown): boolean {
  return (name.startsWith('exclusive') && typeof value === 'boolean') || (name === 'type' && value === 'file');
}

function checkSpelling(name: string, at: string, faults: DocumentFaults): void {
  const hint = name.length < LEAST_COMPARED ? '' : suggestion(name, KEYWORDS.keys());
  if (hint !== '') faults.warn('keyword-misspelt', `${quoted(name)} is no keyword of a schema${hint}`, at);
}

function checkBounds(schema: PlainObject, pointer: string, faults: DocumentFaults): void {
  for (const [least, most] of BOUNDS) {
    const [low, high] = [schema[least], schema[most]];
    if (typeof low !== 'number' || typeof high !== 'number' || low <= high) continue;
    const message = `${least} ${low} is above ${most} ${high}, so that no value fits; correct one of the two`;
    faults.add('schema-invalid', message, childPointer(pointer, least));
  }
}

/** What is valid, and yet does not do what its author meant. */
function checkEffects(schema: PlainObject, older: boolean, pointer: string, faults: DocumentFaults): void {
  const { type, format, enum: choices } = schema;
  const types = isList(type) ? type : [type];
  const warn = (name: string, message: string): void =>
    faults.warn('keyword-ineffective', message, childPointer(pointer, name));
  if (!older && schema.nullable !== undefined) {
    warn(
      'nullable',
      `nullable means nothing since OpenAPI 3.1; write type: [${strings(types).join(', ') || '…'}, "null"]`,
    );
  }
  if (typeof format === 'string') {
    const meant = USUAL_SLIPS.get(format.toLowerCase()) ?? misspelt(format);
    if (meant !== undefined) warn('format', `the format ${quoted(format)} is not checked; did you mean "${meant}"?`);
    else if (
      TEXT_FORMATS.includes(format) &&
      type !== undefined &&
      types.every((one) => isType(one) && one !== 'string')
    ) {
      warn('format', `the format ${quoted(format)} is one of texts and is not checked here; write type: string`);
    }
  }
  if (!isList(choices) || type === undefined || !types.every(isType)) return;
  const nullable = older && member(schema, 'nullable') === true;
  choices.forEach((choice, index) => {
    const own = typeOfValue(choice);
    if (types.includes(own) || (own === 'null' && nullable)) return;
    if (own === 'number' && types.includes('integer') && Number.isInteger(choice)) return;
    const mend =
      types.includes('string') && own !== 'object' && own !== 'array' ? `; write it in quotes: "${choice}"` : '';
    const message = `enum names ${quoted(String(JSON.stringify(choice)))}, which does not fit the type ${strings(types).join(' or ')}${mend}`;
    faults.warn('keyword-ineffective', message, childPointer(childPointer(pointer, 'enum'), index));
  });
}

function misspelt(format: string): string | undefined {
  if (format.length < LEAST_COMPARED || TEXT_FORMATS.includes(format)) return undefined;
  const near = nearestName(format, TEXT_FORMATS);
  return near === undefined || near.length < LEAST_COMPARED ? undefined : near;
}
