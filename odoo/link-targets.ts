import type { Catalog } from '../catalog/catalog.ts';
import { findKnowledge } from './find-knowledge.ts';
import type { CallRun, OdooClient } from './odoo-client.ts';

/** The model that a relation of a model leads to; undefined where it cannot be told. */
export type LinkTarget = (model: string, field: string, run: CallRun) => Promise<string | undefined>;

/** As the catalog's OdooModels document says, else as Odoo itself says when it is first needed. */
export function linkTargets(catalog: Catalog, system: string, major: number, client: OdooClient): LinkTarget {
  const models = findKnowledge(catalog, system, major)?.models;
  return async (model, field, run) => {
    const known = models?.get(model)?.fields.get(field);
    if (known !== undefined) return known.relation;
    try {
      return (await client.describe(model, field, run))?.relation;
    } catch {
      // That an answer can be shown does not hang on who else it is about; the record says that it does not know.
      noteOnce(run);
      return undefined;
    }
  };
}

const NOTE = 'links-unknown';

function noteOnce({ exchange: { facts } }: CallRun): void {
  if (!facts.notes.includes(NOTE)) facts.notes.push(NOTE);
}
