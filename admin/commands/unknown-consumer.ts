import type { Catalog } from '../../catalog/catalog.ts';
import { suggestion } from '../../catalog/nearest-name.ts';
import { quoted } from '../../catalog/quoted.ts';
import { UsageError } from './command.ts';

/** A name that no consumer of the catalog has. */
export function unknownConsumer({ consumers }: Catalog, asked: string): UsageError {
  return new UsageError(
    `There is no consumer ${quoted(asked)} in the catalog${suggestion(asked, consumers.keys()) || '.'}`,
  );
}
