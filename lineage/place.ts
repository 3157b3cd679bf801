import type { Catalog } from '../catalog/catalog.ts';
import { byText } from './graph.ts';

/** A field as a system holds it. */
export interface Place {
  /** `odoo/res.partner.email`. */
  readonly id: string;
  readonly system: string;
  readonly dataset: string;
  readonly field: string;
}

export function placeAt(system: string, dataset: string, field: string): Place {
  return { id: `${system}/${dataset}.${field}`, system, dataset, field };
}

/**
 * Which system a place is named after: systems that are one database, or one address, in this environment hold the same
 * fields, and go by the first of their names.
 */
export function storesOf({ systems }: Catalog, environment: string): ReadonlyMap<string, string> {
  const first = new Map<string, string>();
  const stores = new Map<string, string>();
  for (const name of [...systems.keys()].sort(byText)) {
    const held = systems.get(name)?.document.spec.environments[environment];
    const key = held === undefined ? name : JSON.stringify([held.url, held.odoo?.database]);
    const store = first.get(key) ?? name;
    first.set(key, store);
    stores.set(name, store);
  }
  return stores;
}
