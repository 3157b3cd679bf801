import type { Catalog } from '../catalog/catalog.ts';
import type { DatabaseKnowledge } from './knowledge.ts';
import { readKnowledge } from './read-knowledge.ts';

/** What the catalog knows of the models of a system in a major version of Odoo; undefined where no document says it. */
export function findKnowledge(catalog: Catalog, system: string, major: number): DatabaseKnowledge | undefined {
  for (const { document } of catalog.odooModels.values()) {
    const { systems, version } = document.spec;
    if (version === major && systems.includes(system)) return readKnowledge(document);
  }
  return undefined;
}
