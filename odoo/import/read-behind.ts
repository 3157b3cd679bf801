import { askAllFields, askFields } from './ask-metadata.ts';
import type { FieldMetadata } from './field-metadata.ts';
import type { LiveDatabase } from './live-database.ts';
import { recordNameOf, searchNamesOf } from './model-facts.ts';
import type { ModelReading } from './model-reading.ts';

/** Model → names of its fields. */
export type NeededFields = ReadonlyMap<string, ReadonlySet<string>>;
export type FoundFields = ReadonlyMap<string, ReadonlyMap<string, FieldMetadata>>;

/** What is always taken of a model that another one leads to, where it has it. */
const LEAST = ['id', 'name', 'display_name', 'complete_name', 'code', 'active', 'parent_id', 'company_id'];
const MOST_BEHIND = 1_000;
/** Paths of `related` and `depends` are seldom longer than four steps. */
const ROUNDS = 5;

/**
 * The models behind those that were read: a few fields of each, and what paths (`related`, `depends`, inverse sides,
 * names of records) step on, hop by hop.
 */
export async function readBehind(
  database: LiveDatabase,
  models: ReadonlyMap<string, ModelReading>,
  also: NeededFields,
  progress: (line: string) => void,
): Promise<FoundFields> {
  const found = new Map<string, Map<string, FieldMetadata>>();
  const asked = new Map<string, Set<string>>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const needed = stillNeeded(neededBehind(models, found, also, database.major), asked);
    if (needed.size === 0) break;
    progress(`reading ${needed.size} models that these lead to (step ${round + 1})`);
    for (const [model, fields] of await readSome(database, needed, progress)) {
      const known = found.get(model) ?? new Map<string, FieldMetadata>();
      for (const [name, field] of fields) known.set(name, field);
      found.set(model, known);
    }
  }
  return found;
}

function stillNeeded(needed: NeededFields, asked: Map<string, Set<string>>): Map<string, Set<string>> {
  const left = new Map<string, Set<string>>();
  for (const [model, names] of needed) {
    const before = asked.get(model) ?? new Set<string>();
    const fresh = [...names].filter((name) => !before.has(name));
    if (fresh.length === 0 || (!asked.has(model) && asked.size >= MOST_BEHIND)) continue;
    asked.set(model, new Set([...before, ...fresh]));
    left.set(model, new Set(fresh));
  }
  return left;
}

function neededBehind(
  models: ReadonlyMap<string, ModelReading>,
  found: FoundFields,
  also: NeededFields,
  major: number,
): Map<string, Set<string>> {
  const needed = new Map<string, Set<string>>();
  const need = (model: string, names: Iterable<string>) => {
    if (models.has(model)) return;
    const set = needed.get(model) ?? new Set<string>();
    for (const name of names) set.add(name);
    needed.set(model, set);
  };
  const fieldOf = (model: string, name: string) => (models.get(model)?.fields ?? found.get(model))?.get(name);
  const follow = (model: string, path: string) => {
    let at: string | undefined = model;
    for (const name of path.split('.').slice(0, 12)) {
      if (at === undefined) return;
      need(at, [name]);
      at = fieldOf(at, name)?.relation;
    }
  };
  const lead = (model: string, { relation, inverse, related, depends }: FieldMetadata) => {
    if (relation !== undefined) need(relation, inverse === undefined ? [] : [inverse]);
    for (const path of [...depends, ...(related === undefined ? [] : [related])]) follow(model, path);
  };
  for (const [model, names] of also) need(model, names);
  for (const { name, fields } of models.values()) for (const field of fields.values()) lead(name, field);
  // What stands behind those in turn is followed along paths only: their other relations lead on without end.
  for (const [model, fields] of found) {
    for (const { related, depends } of fields.values()) {
      for (const path of [...depends, ...(related === undefined ? [] : [related])]) follow(model, path);
    }
  }
  for (const model of needed.keys()) {
    const names = searchNamesOf(model, major) ?? [];
    need(model, [
      ...LEAST,
      ...[recordNameOf(model, major) ?? 'name'],
      ...names.map((path) => path.split('.')[0] ?? path),
    ]);
  }
  return needed;
}

/** One question for all where the user may read the table of fields, else one per model. */
async function readSome(
  database: LiveDatabase,
  needed: ReadonlyMap<string, ReadonlySet<string>>,
  progress: (line: string) => void,
): Promise<FoundFields> {
  const names = [...new Set([...needed.values()].flatMap((set) => [...set]))];
  const all = await askAllFields(database, [...needed.keys()], names);
  const found = new Map<string, Map<string, FieldMetadata>>();
  for (const [index, [model, wanted]] of [...needed].entries()) {
    if (all === undefined && index % 20 === 19) progress(`reading ${index + 1} of ${needed.size}`);
    const fields = all?.get(model) ?? (all === undefined ? await askFields(database, model, [...wanted]) : new Map());
    if (typeof fields === 'string') continue;
    found.set(model, new Map([...fields].filter(([name]) => wanted.has(name))));
  }
  return found;
}
