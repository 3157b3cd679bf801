import type { FieldMetadata } from '../field-metadata.ts';
import { FIELD_NAMES, MODEL_FIELD_NAMES, WORDS } from './field-names.ts';
import { MODEL_NAMES } from './model-names.ts';

/** How a model is called in contracts. */
export interface ModelName {
  /** `SalesOrder` */
  readonly schema: string;
  /** `sales-orders`: name of the interface, folder, and path. */
  readonly plural: string;
}

/** Longest name of an interface, which becomes part of paths and file names. */
const LONGEST = 50;

export function modelName(model: string): ModelName {
  const known = Object.hasOwn(MODEL_NAMES, model) ? MODEL_NAMES[model] : undefined;
  if (known !== undefined) return { schema: known[0], plural: known[1] };
  const words = wordsOf(model.replaceAll('.', '_'));
  const schema = words.map(capital).join('') || 'Record';
  return {
    schema,
    plural: plural(words.join('-') || 'record')
      .slice(0, LONGEST)
      .replace(/-+$/, ''),
  };
}

function plural(word: string): string {
  if (/(?:s|x|ch|sh)$/.test(word)) return `${word}es`;
  return /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
}

/** Names of one field in a contract: its own, and for a many2one that of the label beside its id. */
export interface FieldName {
  readonly name: string;
  readonly label: string | undefined;
}

/**
 * Free names for the fields of a model: those of the tables first, then derived ones. No two are alike, and the same
 * fields get the same names each time.
 */
export function fieldNames(model: string, fields: readonly FieldMetadata[]): ReadonlyMap<string, FieldName> {
  const names = new Map<string, FieldName>();
  const taken = new Set<string>(['id']);
  const known = (field: FieldMetadata) => tableName(model, field.name) !== undefined;
  const order = [...fields].sort((a, b) => Number(known(b)) - Number(known(a)) || (a.name < b.name ? -1 : 1));
  for (const field of order) {
    const own = tableName(model, field.name);
    const bases = [...(own === undefined ? [] : [own]), derivedBase(field), literalBase(field.name)];
    const chosen = firstFree(bases, field, taken);
    names.set(field.name, chosen);
    taken.add(chosen.name);
    if (chosen.label !== undefined) taken.add(chosen.label);
  }
  return names;
}

function tableName(model: string, field: string): string | undefined {
  const own = Object.hasOwn(MODEL_FIELD_NAMES, model) ? MODEL_FIELD_NAMES[model] : undefined;
  if (own !== undefined && Object.hasOwn(own, field)) return own[field];
  return Object.hasOwn(FIELD_NAMES, field) ? FIELD_NAMES[field] : undefined;
}

function firstFree(bases: readonly string[], field: FieldMetadata, taken: ReadonlySet<string>): FieldName {
  for (const base of bases) {
    const found = formed(base, field);
    if (isFree(found, taken)) return found;
  }
  const last = bases.at(-1) ?? field.name;
  for (let number = 2; ; number += 1) {
    const found = formed(`${last}${number}`, field);
    if (isFree(found, taken)) return found;
  }
}

function isFree({ name, label }: FieldName, taken: ReadonlySet<string>): boolean {
  return !taken.has(name) && (label === undefined || !taken.has(label));
}

function formed(base: string, { type }: FieldMetadata): FieldName {
  if (type === 'many2one') return { name: `${base}Id`, label: base };
  const isMany = type === 'one2many' || type === 'many2many';
  return { name: isMany ? `${base}Ids` : base, label: undefined };
}

/** `date_foo` and `foo_date` become `fooAt` or `fooDate`; words are written out. */
function derivedBase({ name, type }: FieldMetadata): string {
  const isRelation = type === 'many2one' || type === 'one2many' || type === 'many2many';
  const words = wordsOf(isRelation ? name.replace(/_(?:ids?|uid)$/, '') : name);
  const when = type === 'datetime' ? 'at' : type === 'date' ? 'date' : undefined;
  if (when !== undefined && words.length > 1) {
    const rest = words[0] === 'date' ? words.slice(1) : words.at(-1) === 'date' ? words.slice(0, -1) : undefined;
    if (rest !== undefined) return camel([...rest, when]);
  }
  return camel(words) || 'value';
}

/** The technical name itself, where its plain form is taken. */
function literalBase(name: string): string {
  const words = name
    .split(/[^a-z0-9]+/i)
    .filter((word) => word !== '' && word !== 'x' && word !== 'ids' && word !== 'id');
  const base = camel(name.startsWith('x_') ? ['custom', ...words] : words);
  return base === '' ? 'value' : base;
}

function wordsOf(name: string): string[] {
  const words = name.toLowerCase().split(/[^a-z0-9]+/);
  const plain = words.flatMap((word) => (Object.hasOwn(WORDS, word) ? (WORDS[word] ?? '').split(' ') : [word]));
  return plain.filter((word) => word !== '');
}

function camel(words: readonly string[]): string {
  const text = words.map((word, index) => (index === 0 ? word.toLowerCase() : capital(word.toLowerCase()))).join('');
  return /^\d/.test(text) ? `n${text}` : text;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
