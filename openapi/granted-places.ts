import type { Mask } from '../catalog/documents.ts';
import type { Field, Shape } from './contract.ts';
import { throughArrays } from './through-arrays.ts';

/** The rules of a grant by schema name, for reading or for writing, as written in its document. */
export type FieldRules = Readonly<Record<string, readonly string[]>>;

/** A shape at one place of a body with what is left of the rules and masks that lead through it. */
export interface Spot {
  readonly shape: Shape;
  readonly rules: readonly string[];
  readonly masks: readonly (readonly [path: string, mask: Mask])[];
}

/** A field of a spot that the rules let through; `exact`: named itself, not only as the way to something below it. */
export interface GrantedField {
  readonly field: Field;
  readonly exact: boolean;
  readonly mask: Mask | undefined;
  /** The value's own spot, and those of array elements within it. */
  readonly below: readonly Spot[];
}

/**
 * Follows the rules of one grant along shapes. At a place hold the rules that led there, cut by the way, and those under
 * the place's own name (only where the container was granted itself, not merely passed through). Masks hold wherever
 * their field stands.
 */
export class GrantedPlaces {
  readonly #rules: FieldRules;
  readonly #masks: readonly (readonly [string, Mask])[];
  readonly #ownRules = new Map<string, readonly string[]>();
  readonly #ownMasks = new Map<string, Spot['masks']>();

  constructor(rules: FieldRules, masks: Readonly<Record<string, Mask>> = {}) {
    this.#rules = rules;
    this.#masks = Object.entries(masks);
  }

  /** The spots of a body's root: the shape and, arrays being transparent, its elements. */
  root(shape: Shape): Spot[] {
    return this.#enter(shape, [], [], true);
  }

  /**
   * What the rules say about a property; undefined where they do not let it through. `*` asks for the entries of a map.
   * Only around records does an envelope come by itself: within one it would let data out that nobody granted.
   */
  granted(spot: Spot, name: string, aroundRecords: boolean): GrantedField | undefined {
    const field = name === '*' ? spot.shape.entries : spot.shape.fields.get(name);
    if (field === undefined) return undefined;
    const exact = spot.rules.includes(name) || (aroundRecords && field.annotation.envelope === true);
    const rules = cut(spot.rules, name);
    if (!exact && rules.length === 0) return undefined;
    const masks = spot.masks.flatMap(([path, mask]) => {
      const rest = restOf(path, name);
      return rest === undefined ? [] : [[rest, mask] as const];
    });
    const own = spot.masks.filter(([path]) => path === name).map(([, mask]) => mask);
    return {
      field,
      exact,
      mask: strictest(own),
      below: this.#enter(field.shape, rules, masks, exact),
    };
  }

  #enter(shape: Shape, rules: readonly string[], masks: Spot['masks'], own: boolean): Spot[] {
    return throughArrays(shape).map((inner) => ({
      shape: inner,
      rules: own ? union(rules, this.#rulesAt(inner.path)) : rules,
      masks: [...masks, ...this.#masksAt(inner.path)],
    }));
  }

  /** Rules that speak of the fields at a path by the names those fields have: `Schema` or `Schema.path`. */
  #rulesAt(path: string): readonly string[] {
    let found = this.#ownRules.get(path);
    if (found === undefined) {
      found = Object.entries(this.#rules).flatMap(([schema, paths]) => {
        if (schema === path) return paths;
        return path.startsWith(`${schema}.`) ? cut(paths, path.slice(schema.length + 1)) : [];
      });
      this.#ownRules.set(path, found);
    }
    return found;
  }

  #masksAt(path: string): Spot['masks'] {
    let found = this.#ownMasks.get(path);
    if (found === undefined) {
      found = this.#masks.flatMap(([key, mask]) => {
        const rest = restOf(key, path);
        return rest === undefined ? [] : [[rest, mask] as const];
      });
      this.#ownMasks.set(path, found);
    }
    return found;
  }
}

/** Where several masks speak of one place: hiding wins, else the one that was found on the longest way. */
export function strictest(masks: readonly (Mask | undefined)[]): Mask | undefined {
  const stated = masks.filter((mask) => mask !== undefined);
  return stated.find((mask) => mask.type === 'hide') ?? stated[0];
}

function restOf(path: string, name: string): string | undefined {
  return path.startsWith(`${name}.`) ? path.slice(name.length + 1) : undefined;
}

function cut(paths: readonly string[], name: string): string[] {
  return paths.flatMap((path) => restOf(path, name) ?? []);
}

function union(one: readonly string[], other: readonly string[]): readonly string[] {
  if (other.length === 0) return one;
  return one.length === 0 ? other : [...new Set([...one, ...other])];
}

/** Whether the value may be a single value (or null) rather than, or besides, an object or list of objects. */
export function mayBeScalar(shapes: readonly Shape[]): boolean {
  return shapes.some(({ types, items }) => {
    if (types.has('array') && items === undefined) return true;
    return (['string', 'number', 'integer', 'boolean', 'any'] as const).some((type) => types.has(type));
  });
}

/** Whether fields of its own, or entries, are described for the value. */
export function hasFields(shapes: readonly Shape[]): boolean {
  return shapes.some(({ fields, entries }) => fields.size > 0 || entries !== undefined);
}
