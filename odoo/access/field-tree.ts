import type { Mask } from '../../catalog/documents.ts';
import type { DatabaseKnowledge, FieldKnowledge } from '../knowledge.ts';
import { carries } from './carries.ts';
import type { GrantedValue } from './granted-values.ts';
import { isResolved, type ModelField, resolvePath } from './resolve-path.ts';

/** What is opened of one field, while grants are put together. */
export interface OpenField {
  readonly knowledge: FieldKnowledge;
  /** Contract field id; undefined for a step on the way to what was granted. */
  id: string | undefined;
  read: boolean;
  label: boolean;
  create: boolean;
  update: boolean;
  /** By contract field: of several the strictest holds. */
  readonly masks: Map<string, Mask>;
  /** Halves of a relation that are masked under some name, and so never shown. */
  readonly withheld: Set<'read' | 'label'>;
  readonly behind: OpenFields;
}

export type OpenFields = Map<string, OpenField>;

/** Opens what grants name of one model and of the records behind it. What nothing is known of stays shut. */
export class FieldTree {
  readonly fields: OpenFields = new Map();
  readonly #knowledge: DatabaseKnowledge;
  readonly #model: string;

  constructor(knowledge: DatabaseKnowledge, model: string) {
    this.#knowledge = knowledge;
    this.#model = model;
  }

  show(value: GrantedValue): void {
    const { path, mask, kind, field: contract } = value;
    const isId = path.at(-1) === 'id';
    const field = this.#open(value, path);
    if (field === undefined || !carries(value, field.knowledge)) return;
    const part = kind === 'label' ? 'label' : 'read';
    if (part === 'read' && !field.read) field.id = contract.id;
    field.id ??= contract.id;
    // A masked id is nobody's id: no record could be found by it, and what is masked once is masked everywhere.
    if (mask !== undefined && (isId || field.knowledge.relation !== undefined)) {
      field.withheld.add(part);
      return;
    }
    field[part] = true;
    if (mask !== undefined) field.masks.set(contract.id, mask);
    // The id of a record behind a relation is what the relation itself holds.
    const relation = isId && path.length > 1 ? this.#open(value, path.slice(0, -1)) : undefined;
    if (relation === undefined) return;
    relation.read = true;
    relation.id ??= contract.id;
  }

  write(value: GrantedValue, kind: 'create' | 'update'): void {
    const field = this.#open(value, value.path);
    if (field === undefined || value.kind === 'label' || !carries(value, field.knowledge)) return;
    field[kind] = true;
    field.id ??= value.field.id;
  }

  /** The field at a path; undefined where the knowledge and the contract do not both lead there. */
  #open({ models }: GrantedValue, path: readonly string[]): OpenField | undefined {
    const steps = resolvePath(this.#knowledge, this.#model, path);
    if (!isResolved(steps) || !steps.every((step, index) => leadsTo(step, models[index]))) return undefined;
    let fields = this.fields;
    let found: OpenField | undefined;
    for (const { field } of steps) {
      found = fields.get(field.name) ?? shut(field);
      fields.set(field.name, found);
      fields = found.behind;
    }
    return found;
  }
}

/** Whether a relation leads where the contract says, where it says anything. */
export function leadsTo({ field }: ModelField, model: string | undefined): boolean {
  return model === undefined || field.relation === model;
}

function shut(knowledge: FieldKnowledge): OpenField {
  return {
    knowledge,
    id: undefined,
    read: false,
    label: false,
    create: false,
    update: false,
    masks: new Map(),
    withheld: new Set(),
    behind: new Map(),
  };
}
