import { askActions, askAllFields, askFields, askModels } from './ask-metadata.ts';
import { MODEL } from './field-metadata.ts';
import { DatabaseError, type LiveDatabase } from './live-database.ts';
import { type ModelReading, modelReading } from './model-reading.ts';
import { type NeededFields, readBehind } from './read-behind.ts';

export interface DatabaseReading {
  readonly major: number;
  /** The models that were asked for and are there, in order. */
  readonly models: ReadonlyMap<string, ModelReading>;
  /** Methods that could be offered as actions, by model; only servers from 19 on tell them, and not to everybody. */
  readonly actions: ReadonlyMap<string, readonly string[]>;
  /** What those lead to: a few fields, and what paths of the models above step on. */
  readonly behind: ReadonlyMap<string, ModelReading>;
  /** Asked for, and not in this database. */
  readonly missing: readonly string[];
  /** Asked for, and not to be read by this user. */
  readonly denied: readonly string[];
  /** What could not be learnt, in sentences. */
  readonly notes: readonly string[];
}

const MOST_MODELS = 200;

/**
 * Reads what a database says of the models asked for, and as much of those behind them as paths need. `also` names
 * fields of further models. `progress` is told of each step. Throws a DatabaseError.
 */
export async function readModels(
  database: LiveDatabase,
  asked: readonly string[],
  progress: (line: string) => void,
  also: NeededFields = new Map(),
): Promise<DatabaseReading> {
  const names = [...new Set(asked)].sort();
  if (names.length > MOST_MODELS)
    throw new DatabaseError(`At most ${MOST_MODELS} models are read at once; ask in parts.`);
  const wrong = names.find((name) => !MODEL.test(name));
  if (wrong !== undefined)
    throw new DatabaseError(
      `${JSON.stringify(wrong.slice(0, 60))} is no name of a model; write one such as res.partner.`,
    );

  const notes: string[] = [];
  const described = await askModels(database, names);
  if (described === undefined)
    notes.push('ir.model cannot be read by this user: titles and default orders of models are not known.');
  const models = new Map<string, ModelReading>();
  const missing: string[] = [];
  const denied: string[] = [];
  const actions = new Map<string, readonly string[]>();
  let canReadAll = true;
  let canReadMethods = database.protocol === 'json2';
  for (const [index, name] of names.entries()) {
    progress(`reading ${name} (${index + 1} of ${names.length})`);
    const seen = await askFields(database, name);
    if (typeof seen === 'string') {
      (seen === 'denied' ? denied : missing).push(name);
      continue;
    }
    const all = canReadAll ? await askAllFields(database, [name]) : undefined;
    if (all === undefined && canReadAll) {
      canReadAll = false;
      notes.push('ir.model.fields cannot be read by this user: fields that it may not see are not known.');
    }
    const methods = canReadMethods ? await askActions(database, name) : undefined;
    if (methods === undefined) canReadMethods = false;
    else if (methods.length > 0) actions.set(name, methods);
    models.set(name, modelReading(name, database.major, seen, all?.get(name), described?.get(name)));
  }
  const found = await readBehind(database, models, also, progress);
  const behind = [...found].sort(([left], [right]) => (left < right ? -1 : 1));
  return {
    major: database.major,
    models,
    actions,
    behind: new Map(behind.map(([name, fields]) => [name, modelReading(name, database.major, fields)])),
    missing,
    denied,
    notes,
  };
}
