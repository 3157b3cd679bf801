import type { Database } from '../../examples/stand-in-odoo/database.ts';
import type { DatabaseAccess } from '../../odoo/guard/access.ts';
import { type OdooValue, odooObject } from '../../odoo/wire/value.ts';
import { COUNTS, type Draw } from './random-twins.fixture.ts';

const OPERATORS = [
  ...['=', '!=', 'ilike', 'not ilike', '=like', 'like', 'in', 'not in', '>', '<=', '=?', 'child_of', 'parent_of'],
  ...['any', 'not any', '<>', '==', 'IN', 'iLike', 'any!', 'inselect', 'nope'],
] as const;

/** Words of hostile calls: names of fields that are visible, hidden or not there, in every place that takes one. */
export class Words {
  readonly #draw: Draw;
  readonly #db: Database;
  readonly #access: DatabaseAccess;
  /** How often, in eighths, a word is one that the grant shows. */
  readonly #tame: number;
  constructor(draw: Draw, db: Database, access: DatabaseAccess) {
    this.#draw = draw;
    this.#db = db;
    this.#access = access;
    this.#tame = draw.pick([3, 8, 8]);
  }

  field(model: string): string {
    const fields = this.#db.table(model)?.fields;
    if (this.#draw.chance(this.#tame)) {
      const shown = [...(this.#access.models.get(model)?.fields.values() ?? [])].filter(({ read }) => read);
      if (shown.length > 0) return this.#draw.pick(shown).knowledge.name;
    }
    if (fields === undefined || this.#draw.below(40) === 0) return 'no_such_field';
    return this.#draw.pick([...fields.keys()]);
  }

  /** One to three steps. */
  path(model: string, separator = '.'): string {
    const steps: string[] = [];
    let at = model;
    for (let depth = 0; depth < 3; depth++) {
      const step = this.field(at);
      steps.push(step);
      const relation = this.#db.table(at)?.fields.get(step)?.relation;
      if (relation === undefined || this.#draw.chance(4)) break;
      at = relation;
    }
    return steps.join(separator);
  }

  id(model: string): number {
    return 1 + this.#draw.below((COUNTS[model] ?? 1) + 1);
  }

  ids(model: string): OdooValue {
    const list = this.#draw.list(3, () => this.id(model));
    switch (this.#draw.below(12)) {
      case 0:
        return this.id(model);
      case 1:
        return this.#draw.pick<OdooValue>([false, '1', ['1'], [[1]], 0, [-1], odooObject([['1', 1]]), null]);
      default:
        return list.length === 0 ? [1] : list;
    }
  }

  fields(model: string): OdooValue {
    if (this.#draw.chance(1)) return this.#draw.pick<OdooValue>([[], false, 'name', odooObject([['name', 1]])]);
    return this.#draw.list(3, () => this.field(model));
  }

  value(model: string, operator: string): OdooValue {
    if (/any/i.test(operator)) return this.domain(model, 1);
    if (/in$/i.test(operator) && this.#draw.chance(7)) return this.#draw.list(2, () => this.scalar());
    return this.scalar();
  }

  scalar(): OdooValue {
    return this.#draw.pick<OdooValue>([
      1,
      2,
      0,
      7,
      false,
      true,
      'alpha',
      'beta',
      'gamma 7',
      '7',
      '2026-11-20',
      '%a%',
      'a%',
    ]);
  }

  /** A domain in prefix form, sometimes not well-formed. */
  domain(model: string, depth = 2): OdooValue {
    if (this.#draw.below(60) === 0) return this.#draw.pick<OdooValue>(['&', ['|'], [[1]], 'x', false]);
    const leaves = this.#draw.list(depth === 0 ? 1 : 3, () => this.leaf(model, depth));
    if (leaves.length > 1 && this.#draw.chance(3)) return ['|', ...leaves];
    return this.#draw.chance(1) && leaves.length > 0 ? ['!', ...leaves] : leaves;
  }

  leaf(model: string, depth: number): OdooValue {
    if (this.#draw.below(30) === 0) return [1, '=', this.#draw.below(2)];
    const path = this.path(model);
    const operator = this.#draw.pick(OPERATORS);
    const relation = this.#relationOf(model, path);
    return [path, operator, depth <= 0 && /any/i.test(operator) ? [] : this.value(relation, operator)];
  }

  order(model: string): string {
    const terms = this.#draw.list(2, () => {
      const direction = this.#draw.pick(['', ' desc', ' ASC', ' desc nulls first']);
      return `${this.#draw.chance(7) ? this.field(model) : this.path(model)}${direction}`;
    });
    return terms.join(', ');
  }

  context(): OdooValue | undefined {
    if (this.#draw.chance(5)) return undefined;
    const keys = [
      ...['show_email', 'show_vat', 'show_address', 'partner_show_db_id', 'active_test', 'bin_size', 'lang'],
      ...['default_email', 'default_ref', 'default_name', 'tracking_disable', 'allowed_company_ids', 'prefetch_fields'],
    ];
    const chosen = this.#draw.list(4, () => this.#draw.pick(keys));
    return odooObject(chosen.map((key) => [key, this.#draw.pick<OdooValue>([true, false, 'alpha', 1])]));
  }

  specification(model: string, depth = 2): OdooValue {
    const names = this.#draw.list(3, () => this.field(model));
    return odooObject(
      names.map((name) => {
        const relation = this.#db.table(model)?.fields.get(name)?.relation;
        if (relation === undefined || depth === 0 || this.#draw.chance(1)) return [name, odooObject([])] as const;
        const members: [string, OdooValue][] = [['fields', this.specification(relation, depth - 1)]];
        if (this.#draw.chance(2)) members.push(['order', this.order(relation)]);
        if (this.#draw.chance(2)) members.push(['limit', 1]);
        if (this.#draw.chance(2))
          members.push([
            'context',
            odooObject([
              ['show_email', true],
              ['show_vat', 1],
            ]),
          ]);
        return [name, odooObject(members)] as const;
      }),
    );
  }

  grouping(model: string): string {
    const name = this.#draw.chance(7) ? this.field(model) : this.path(model);
    return this.#draw.chance(1) ? `${name}:${this.#draw.pick(['month', 'year', 'nope'])}` : name;
  }

  aggregate(model: string): string {
    if (this.#draw.chance(2)) return '__count';
    const how = this.#draw.pick([
      'sum',
      'max',
      'min',
      'avg',
      'count',
      'count_distinct',
      'array_agg',
      'recordset',
      'bool_or',
    ]);
    return `${this.field(model)}:${how}`;
  }

  /** `read_group` names aggregates in other ways. */
  formerAggregate(model: string): string {
    const name = this.field(model);
    return this.#draw.pick([name, `${name}:max`, `x:array_agg(${name})`, '__count', `n:count(${name})`]);
  }

  values(model: string, depth = 1): OdooValue {
    const names = this.#draw.list(3, () => (this.#draw.chance(this.#tame) ? this.#writable(model) : this.field(model)));
    return odooObject(names.map((name) => [name, this.#written(model, name, depth)]));
  }

  #writable(model: string): string {
    const all = [...(this.#access.models.get(model)?.fields.values() ?? [])];
    const writable = all.filter(({ create, update }) => create || update);
    return writable.length > 0 ? this.#draw.pick(writable).knowledge.name : this.field(model);
  }

  #written(model: string, name: string, depth: number): OdooValue {
    const field = this.#db.table(model)?.fields.get(name);
    const relation = field?.relation;
    if (relation !== undefined && field?.type !== 'many2one') {
      return this.#draw.list(2, () => this.#command(relation, depth));
    }
    if (field?.type === 'many2one') return this.#draw.pick<OdooValue>([1, 2, false]);
    if (field?.type === 'float' || field?.type === 'integer' || field?.type === 'monetary') return this.#draw.below(4);
    if (field?.type === 'boolean') return this.#draw.chance(4);
    if (field?.type === 'selection') return field.selection?.[0]?.[0] ?? false;
    if (field?.type === 'date' || field?.type === 'datetime') return '2026-11-21';
    return this.#draw.pick<OdooValue>(['alpha', 'beta', false]);
  }

  #command(relation: string, depth: number): OdooValue {
    const id = this.id(relation);
    const inner = depth > 0 ? this.values(relation, depth - 1) : odooObject([]);
    return this.#draw.pick<OdooValue>([
      [0, 0, inner],
      [1, id, inner],
      [2, id],
      [3, id, 0],
      [4, id, 0],
      [5],
      [6, 0, [id]],
      id,
    ]);
  }

  #relationOf(model: string, path: string): string {
    let at = model;
    for (const step of path.split('.')) at = this.#db.table(at)?.fields.get(step)?.relation ?? at;
    return at;
  }
}
