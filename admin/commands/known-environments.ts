import type { Catalog } from '../../catalog/catalog.ts';
import { suggestion } from '../../catalog/nearest-name.ts';
import { quoted } from '../../catalog/quoted.ts';
import { UsageError } from './command.ts';

/** The environments in which any system of the catalog has an address, in order. */
export function environmentsOf({ systems }: Catalog): string[] {
  const names = [...systems.values()].flatMap(({ document }) => Object.keys(document.spec.environments));
  return [...new Set(names)].sort();
}

/** Throws a UsageError for an environment in which nothing can be served. */
export function requireEnvironment(catalog: Catalog, asked: string): void {
  const known = environmentsOf(catalog);
  if (known.length === 0 || known.includes(asked)) return;
  const hint = suggestion(asked, known) || '.';
  throw new UsageError(`No system has an environment ${quoted(asked)}; the systems know ${known.join(', ')}${hint}`);
}
