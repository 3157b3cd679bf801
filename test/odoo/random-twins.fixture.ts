import { type Data, Database } from '../../examples/stand-in-odoo/database.ts';
import { type FieldDefinition, type ModelDefinition, nameIn } from '../../examples/stand-in-odoo/model-definition.ts';
import { MODELS } from '../../examples/stand-in-odoo/models.ts';
import type { Source } from './field-sources.fixture.ts';

/** Random choices that follow from one number (mulberry32): thousands of runs take seconds. */
export class Draw {
  #state: number;
  constructor(seed: number) {
    this.#state = seed;
  }
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(1, bound);
  }
  pick<T>(choices: readonly [T, ...T[]] | readonly T[]): T {
    const chosen = choices[this.below(choices.length)];
    if (chosen === undefined) throw new Error('There is nothing to choose from.');
    return chosen;
  }
  /** True in `part` of eight cases. */
  chance(part: number): boolean {
    return this.below(8) < part;
  }
  list<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.below(most + 1) }, make);
  }
}

/** How many records of each model there are. */
export const COUNTS: Readonly<Record<string, number>> = {
  'res.company': 1,
  'res.country': 2,
  'res.country.state': 2,
  'res.currency': 1,
  'uom.uom': 1,
  'product.category': 2,
  'res.partner.category': 2,
  'res.users': 2,
  'res.partner': 5,
  'res.partner.bank': 2,
  'product.template': 2,
  'product.product': 3,
  'sale.order': 3,
  'sale.order.line': 4,
  'mail.message': 2,
};

const TEXTS = ['alpha', 'beta', 'gamma 7', 'alpha beta'] as const;
const NUMBERS = [0, 1, 2, 7.5] as const;
const DATES = ['2026-10-05', '2026-11-20', '2026-11-21'] as const;

function randomValue(draw: Draw, field: FieldDefinition, id: number, model: string): unknown {
  const empty = field.required !== true && draw.chance(1);
  switch (field.type) {
    case 'integer':
      return Math.floor(draw.pick(NUMBERS));
    case 'float':
    case 'monetary':
      return draw.pick(NUMBERS);
    case 'boolean':
      return draw.chance(4);
    case 'date':
      return empty ? false : draw.pick(DATES);
    case 'datetime':
      return empty ? false : `${draw.pick(DATES)} 0${draw.below(3)}:00:00`;
    case 'selection':
      return draw.pick((field.selection ?? []).map(([value]) => value));
    case 'many2one': {
      const count = COUNTS[field.relation ?? ''] ?? 0;
      const target = 1 + draw.below(count);
      // A hierarchy has no cycles: only earlier records are above.
      if (field.relation === model && target >= id) return false;
      return count === 0 || empty ? false : target;
    }
    case 'many2many': {
      const count = COUNTS[field.relation ?? ''] ?? 0;
      return count === 0 ? [] : [...new Set(draw.list(2, () => 1 + draw.below(count)))];
    }
    default:
      return empty ? false : draw.pick(TEXTS);
  }
}

const isKept = (field: FieldDefinition) =>
  field.compute === undefined && field.related === undefined && field.type !== 'one2many' && field.type !== 'binary';

type Kept = readonly (readonly [ModelDefinition, readonly (readonly [string, string, FieldDefinition])[]])[];
const keptOf = new Map<number, Kept>();

/** Per model that has records: its kept fields under the names of 19 and of this version. */
function keptFields(version: number): Kept {
  const known = keptOf.get(version);
  if (known !== undefined) return known;
  const found = MODELS.filter(({ name }) => (COUNTS[name] ?? 0) > 0).map((model) => {
    const fields = Object.entries(model.fields).flatMap(([canonical, field]) => {
      const name = nameIn(version, canonical, field);
      return name === undefined || canonical === 'id' || !isKept(field) ? [] : [[canonical, name, field] as const];
    });
    return [model, fields] as const;
  });
  keptOf.set(version, found);
  return found;
}

export interface Twins {
  readonly left: Data;
  readonly right: Data;
  /** Kept fields that differ, for people. */
  readonly differing: readonly Source[];
}

const NOW = '2026-11-20 17:02:08.000000';
export const databaseOf = (version: number, data: Data): Database => new Database(version, data, () => NOW);

/** Two databases of the same records: what `equal` names (by this version's names) is the same, all else is drawn twice. */
export function drawTwins(draw: Draw, version: number, equal: ReadonlySet<Source>): Twins {
  const [left, right]: [Record<string, Record<string, unknown>[]>, Record<string, Record<string, unknown>[]>] = [
    {},
    {},
  ];
  const differing = new Set<Source>();
  for (const [model, kept] of keptFields(version)) {
    const count = COUNTS[model.name] ?? 0;
    const [mine, other]: [Record<string, unknown>[], Record<string, unknown>[]] = [[], []];
    for (let id = 1; id <= count; id++) {
      const [one, two]: [Record<string, unknown>, Record<string, unknown>] = [{ id }, { id }];
      for (const [canonical, name, field] of kept) {
        const value = canonical === 'active' ? draw.chance(6) : randomValue(draw, field, id, model.name);
        one[canonical] = value;
        const fixed = canonical === 'active' || equal.has(`${model.name}.${name}`);
        two[canonical] = fixed ? value : randomValue(draw, field, id, model.name);
        if (!fixed) differing.add(`${model.name}.${name}`);
      }
      mine.push(one);
      other.push(two);
    }
    left[model.name] = mine;
    right[model.name] = other;
  }
  return { left, right, differing: [...differing] };
}
