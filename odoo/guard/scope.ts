import type { Domain } from '../domain.ts';
import type { FieldKnowledge, ModelKnowledge, OdooFieldType } from '../knowledge.ts';
import type { DatabaseAccess, FieldAccess, GuardRun, ModelAccess } from './access.ts';
import { isSystemModel } from './system-models.ts';

/** What may be seen of the records of one model at one place of a call: called, or reached through a relation. */
export interface Scope {
  readonly model: string;
  /** Undefined where nothing is known of the model but its name. */
  readonly knowledge: ModelKnowledge | undefined;
  /** Records that the consumer may reach, in prefix form; empty: all of them. */
  readonly rule: Domain;
  /** Readable fields by name; `id` is always one. */
  field(name: string): FieldAccess | undefined;
  /** A relation that a path may lead through, though it may not be read itself. */
  hop(name: string): FieldAccess | undefined;
  /** Names of all readable fields, sorted, so that no order of documents shows. */
  readonly names: readonly string[];
}

/** Of a model that is no more than the target of a granted relation. */
const BARE_ID: FieldAccess = bareId();
const BARE: ReadonlyMap<string, FieldAccess> = new Map([['id', BARE_ID]]);

const NONE: ReadonlyMap<string, FieldAccess> = new Map();

const RELATIONS: ReadonlySet<OdooFieldType> = new Set(['many2one', 'one2many', 'many2many']);

export function isRelation({ type }: FieldKnowledge): boolean {
  return RELATIONS.has(type);
}

export function isList({ type }: FieldKnowledge): boolean {
  return type === 'one2many' || type === 'many2many';
}

/** The called model. */
export function calledScope(run: GuardRun, access: ModelAccess): Scope {
  const { name } = access.knowledge;
  return scopeOf(run, name, access.knowledge, readableOf(access), access.fields);
}

/** The records behind a relation. */
export function behindScope(run: GuardRun, field: FieldAccess): Scope | undefined {
  const { relation } = field.knowledge;
  if (relation === undefined || !isRelation(field.knowledge)) return undefined;
  const knowledge = run.access.knowledge.models.get(relation);
  if (isSystemModel(relation)) return scopeOf(run, relation, knowledge, BARE);
  return scopeOf(run, relation, knowledge, shownBehind(run.access, field, relation), field.behind);
}

function scopeOf(
  run: GuardRun,
  model: string,
  knowledge: ModelKnowledge | undefined,
  fields: ReadonlyMap<string, FieldAccess>,
  hops?: ReadonlyMap<string, FieldAccess>,
): Scope {
  return new FieldScope(model, knowledge, run.rule(model), fields, hops);
}

/** A class: one is made for every step of every path, and a literal with an accessor costs ten times as much. */
class FieldScope implements Scope {
  readonly model: string;
  readonly knowledge: ModelKnowledge | undefined;
  readonly rule: Domain;
  readonly #fields: ReadonlyMap<string, FieldAccess>;
  readonly #hops: ReadonlyMap<string, FieldAccess> | undefined;

  constructor(
    model: string,
    knowledge: ModelKnowledge | undefined,
    rule: Domain,
    fields: ReadonlyMap<string, FieldAccess>,
    hops: ReadonlyMap<string, FieldAccess> | undefined,
  ) {
    this.model = model;
    this.knowledge = knowledge;
    this.rule = rule;
    this.#fields = fields;
    this.#hops = hops;
  }

  get names(): readonly string[] {
    return sortedNames(this.#fields);
  }

  field(name: string): FieldAccess | undefined {
    return this.#fields.get(name);
  }

  hop(name: string): FieldAccess | undefined {
    const field = this.#hops?.get(name);
    return field?.behind === undefined ? undefined : field;
  }
}

// Access is frozen and lives as long as a snapshot: what follows from it is worked out once.
const readableFields = new WeakMap<object, ReadonlyMap<string, FieldAccess>>();
const namesOf = new WeakMap<object, readonly string[]>();
const behindFields = new WeakMap<DatabaseAccess, WeakMap<FieldAccess, ReadonlyMap<string, FieldAccess>>>();

function sortedNames(fields: ReadonlyMap<string, FieldAccess>): readonly string[] {
  let names = namesOf.get(fields);
  if (names === undefined) {
    names = [...fields.keys()].sort();
    namesOf.set(fields, names);
  }
  return names;
}

function readableOf({ fields }: ModelAccess): ReadonlyMap<string, FieldAccess> {
  let readable = readableFields.get(fields);
  if (readable === undefined) {
    readable = new Map([...BARE, ...[...fields].filter(([, field]) => field.read)]);
    readableFields.set(fields, readable);
  }
  return readable;
}

/** What the model's own grants show, and what is shown at this place besides. A mask at either place holds at both. */
function shownBehind(access: DatabaseAccess, field: FieldAccess, model: string): ReadonlyMap<string, FieldAccess> {
  let known = behindFields.get(access);
  if (known === undefined) {
    known = new WeakMap();
    behindFields.set(access, known);
  }
  let shown = known.get(field);
  if (shown === undefined) {
    const target = access.models.get(model);
    // Through a relation that may not be read itself, what is granted there and nothing else: not even which record it is.
    const own = !field.read ? NONE : target?.calls.has('read') === true ? readableOf(target) : BARE;
    const here = [...(field.behind ?? [])].filter(([, one]) => one.read);
    shown = new Map([...own, ...here.map(([name, one]) => [name, together(one, own.get(name))] as const)]);
    known.set(field, shown);
  }
  return shown;
}

function together(here: FieldAccess, own: FieldAccess | undefined): FieldAccess {
  if (own === undefined || own === BARE_ID) return here;
  const behind = new Map([...(own.behind ?? []), ...(here.behind ?? [])]);
  return {
    ...here,
    label: here.label || own.label,
    mask: here.mask ?? own.mask,
    behind: behind.size === 0 ? undefined : behind,
  };
}

function bareId(): FieldAccess {
  const knowledge: FieldKnowledge = {
    name: 'id',
    type: 'integer',
    relation: undefined,
    inverse: undefined,
    stored: true,
    sortable: true,
    searchable: true,
    related: undefined,
    depends: [],
    selection: undefined,
  };
  return {
    knowledge,
    id: 'id',
    read: true,
    label: false,
    create: false,
    update: false,
    mask: undefined,
    behind: undefined,
  };
}
