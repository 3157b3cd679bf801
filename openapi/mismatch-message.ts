import { member } from './plain-data.ts';
import type { EngineError } from './schema-engine.ts';

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'an array',
  null: 'null',
};

/** Formats in words; others are named as they are. */
const FORMATS: Readonly<Record<string, string>> = {
  date: 'a date such as 2030-12-31',
  time: 'a time with an offset such as 08:00:00Z',
  'date-time': 'a time with an offset such as 2030-12-31T08:00:00Z',
  duration: 'a duration such as P1D',
  email: 'an e-mail address',
  uri: 'an absolute URI',
  uuid: 'a UUID',
  int32: 'a whole number of 32 bits',
  int64: 'a whole number of 64 bits',
  byte: 'base64',
};

const UNITS: Readonly<Record<string, string>> = {
  Length: 'characters',
  Items: 'items',
  Properties: 'properties',
};

/** What a value must be, from its schema alone: neither the value nor names that only it has are told. */
export function mismatchMessage({ keyword, params }: EngineError): string {
  const limit = member(params, 'limit');
  switch (keyword) {
    case 'type':
      return `must be ${listed([member(params, 'type')].flat().map((type) => TYPES[String(type)] ?? String(type)))}`;
    case 'format': {
      const format = String(member(params, 'format'));
      return `must be ${FORMATS[format] ?? `of the format ${format}`}`;
    }
    case 'pattern':
      return `must match the pattern ${String(member(params, 'pattern'))}`;
    case 'enum':
      return 'must be one of the values that the document names';
    case 'const':
      return 'must be the value that the document names';
    case 'minimum':
      return `must be at least ${String(limit)}`;
    case 'maximum':
      return `must be at most ${String(limit)}`;
    case 'exclusiveMinimum':
      return `must be more than ${String(limit)}`;
    case 'exclusiveMaximum':
      return `must be less than ${String(limit)}`;
    case 'multipleOf':
      return `must be a multiple of ${String(member(params, 'multipleOf'))}`;
    case 'uniqueItems':
      return 'must not have equal items';
    case 'contains':
      return 'must hold an item of the kind that the document asks for';
    case 'anyOf':
    case 'oneOf':
      return 'must fit one of the alternatives in the document';
    case 'not':
      return 'must not be of a kind that the document excludes';
    default:
      return boundMessage(keyword, limit) ?? 'does not fit the schema';
  }
}

/** `minLength`, `maxItems` and the like. */
function boundMessage(keyword: string, limit: unknown): string | undefined {
  const [, side, what = ''] = /^(min|max)(Length|Items|Properties)$/.exec(keyword) ?? [];
  if (side === undefined) return undefined;
  const unit = UNITS[what] ?? what;
  return `must have at ${side === 'min' ? 'least' : 'most'} ${String(limit)} ${limit === 1 ? singular(unit) : unit}`;
}

function singular(unit: string): string {
  return unit === 'properties' ? 'property' : unit.slice(0, -1);
}

/** `a, b or c`. */
function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}
