import type { ErrorObject } from 'ajv/dist/2020.js';
import { suggestion } from './nearest-name.ts';
import { quoted } from './quoted.ts';

/** The texts that a pattern of our schemas lets pass, in words. */
export const PATTERN_WORDS: ReadonlyMap<string, string> = new Map([
  ['^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$', 'a name of lower-case letters, digits and dashes, at most 63 characters'],
  ['^[\\x21-\\x7e]{1,200}$', 'visible ASCII characters without blanks, at most 200'],
  ['^[A-Za-z_][A-Za-z0-9_]*$', 'the name of an environment variable, of letters, digits and _'],
  ['^(?:never|\\d{4}-\\d{2}-\\d{2})$', 'a day such as 2030-12-31, or never'],
  ['^(?:[01]\\d|2[0-3]):[0-5]\\d$', 'a time such as 08:00'],
  ['^(?:(?:[01]\\d|2[0-3]):[0-5]\\d|24:00)$', 'a time such as 18:30, or 24:00 for midnight'],
  ['^(?:0|[1-9]\\d{0,5})(?:\\.(?:0|[1-9]\\d{0,5})){1,2}$', 'a version such as "1.0" or "1.0.2"'],
  ["^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", 'the name of a header or parameter, without blanks'],
  ['^[A-Za-z_][A-Za-z0-9_]{0,127}$', 'the name of an Odoo field, of letters, digits and underscores'],
  ['^[a-z][a-z0-9_]*(?:\\.[a-z0-9_]+)*$', 'the name of an Odoo model, such as res.partner'],
  ['^[^\\s@]+@[^\\s@]+$', 'an address such as office@example.com'],
]);

const FORMAT_WORDS: ReadonlyMap<unknown, string> = new Map([
  ['date', 'a day of the calendar such as 2030-12-31'],
  ['uri', 'an absolute address such as https://example.com/x'],
]);

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
};

/** Members that a message may name when none of them is near. */
const MOST_NAMED = 12;

/** What is wrong with a value and how it is mended, as the end of a sentence that begins with the value's name. */
export function schemaMessage(error: ErrorObject): string {
  const { keyword, params, data, parentSchema } = error;
  const about = describe(parentSchema);
  switch (keyword) {
    case 'type':
      return typeMessage(error);
    case 'const':
      return `must be ${params.allowedValue}${about}`;
    case 'enum': {
      const values: unknown[] = params.allowedValues;
      const hint = typeof data === 'string' ? suggestion(data, values.map(String)) : '';
      return `must be one of ${values.join(', ')}${hint}`;
    }
    case 'pattern':
      return `must be ${PATTERN_WORDS.get(String(params.pattern)) ?? `of another form${about}`}`;
    case 'format':
      return `must be ${FORMAT_WORDS.get(params.format) ?? `a ${params.format}${about}`}`;
    case 'minLength':
      return `is empty; write it${about}`;
    case 'minimum':
      return `must be at least ${params.limit}${about}`;
    case 'exclusiveMinimum':
      return `must be more than ${params.limit}${about}`;
    case 'maximum':
      return `must be at most ${params.limit}${about}`;
    case 'minItems':
      return params.limit === 1 ? `is an empty list; name at least one${about}` : `needs ${params.limit} items${about}`;
    case 'maxItems':
      return `has more than ${params.limit} items; delete those behind${about}`;
    case 'minProperties':
      return `is an empty object; write its members${about}`;
    case 'maxProperties':
      return `may have only ${params.limit === 1 ? 'one member' : `${params.limit} members`}; delete the other${about}`;
    case 'uniqueItems':
      return `names the same twice (items ${params.j + 1} and ${params.i + 1}); delete one`;
    default:
      return `${error.message ?? 'is not valid'}${about}`;
  }
}

function typeMessage({ params, data, parentSchema }: ErrorObject): string {
  const types: string[] = [params.type].flat();
  const wanted = types.map((type) => TYPE_NAMES[type] ?? type).join(' or ');
  if (data === null) return `is empty; it must be ${wanted}`;
  if (types.includes('string') && (typeof data === 'number' || typeof data === 'boolean')) {
    return `must be ${wanted}; write it in quotes: "${data}"`;
  }
  const isQuoted = typeof data === 'string' && /^(?:-?\d+(?:\.\d+)?|true|false)$/.test(data);
  const isUnquoted = types.some((type) => type === 'number' || type === 'integer' || type === 'boolean');
  if (isQuoted && isUnquoted) return `must be ${wanted}; write it without quotes`;
  if (data === 'yes' || data === 'no') return `must be ${wanted}; in YAML 1.2 yes and no are texts`;
  return `must be ${wanted}, and is ${kindOf(data)}${types.length > 1 ? describe(parentSchema) : ''}`;
}

function kindOf(data: unknown): string {
  if (Array.isArray(data)) return 'a list';
  return TYPE_NAMES[typeof data] ?? typeof data;
}

/** A member that an object does not have: where it belongs, what was meant, or what the object has. */
export function unknownMember(
  name: string,
  member: string,
  known: readonly string[],
  elsewhere: string | undefined,
): string {
  const has = known.length === 0 || known.length > MOST_NAMED ? '; delete it' : `; it has ${known.join(', ')}`;
  const hint = elsewhere === undefined ? suggestion(member, known) || has : `; it belongs under ${elsewhere}`;
  return `${name} has no member ${quoted(member)}${hint}`;
}

/** What the schema says of a member, in brackets at the end of a message. */
export function describe(schema: object | undefined): string {
  const { description }: { description?: unknown } = { ...schema };
  if (typeof description !== 'string') return '';
  const text = description.replace(/\.$/, '');
  const isWord = /^[A-Z][a-z ]/.test(text);
  return ` (${isWord ? text.charAt(0).toLowerCase() + text.slice(1) : text})`;
}
