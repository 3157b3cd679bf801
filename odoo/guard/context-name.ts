import type { DatabaseKnowledge } from '../knowledge.ts';

/** Words of keys that clients and Odoo's own code put into contexts, besides those that fields are made of. */
const WORDS: readonly string[] = (
  'active add all allowed archive auto automatic base bin blocking bypass cache call check clear client company context ' +
  'copy create current custom date debug default delete disable display domain edit email empty export extra fallback fetch ' +
  'fields filter for force form from full get group hide id ids ignore import in install is key keep lang limit link list ' +
  'login mail main manual mark mass max message method mode model module move multi name new no nolog notify odoo offset on ' +
  'only open order page params partial password prefetch preview print quick quotation raise read real recompute record ' +
  'recursive related render report reset root search select send server session show size skip sort state su subscribe sudo ' +
  'sync tax test text time to track tracking translate tz uid ui unlink update use user validate view website width with ' +
  'without wizard write'
).split(' ');
const LONGEST = 64;
const UNKNOWN = 'context.(unknown)';

const vocabularies = new WeakMap<DatabaseKnowledge, ReadonlySet<string>>();

/** A key of a client's context as it may go on record: a client can put any text in its place. */
export function contextName(knowledge: DatabaseKnowledge, key: string): string {
  const words = vocabularies.get(knowledge) ?? vocabularyOf(knowledge);
  return key.length <= LONGEST && key.split('_').every((word) => words.has(word)) ? `context.${key}` : UNKNOWN;
}

/** All words of which names of models and fields are made. */
function vocabularyOf(knowledge: DatabaseKnowledge): ReadonlySet<string> {
  const names = [...knowledge.models].flatMap(([model, { fields }]) => [model, ...fields.keys()]);
  const words = new Set([...WORDS, ...names.flatMap((name) => name.split(/[._]/))]);
  vocabularies.set(knowledge, words);
  return words;
}
