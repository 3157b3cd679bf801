import type { DescribedModel } from './ask-metadata.ts';
import type { FieldMetadata } from './field-metadata.ts';
import { inheritsOf, parentFieldOf, recordNameOf, searchNamesOf } from './model-facts.ts';

/** One model as a database has it. */
export interface ModelReading {
  readonly name: string;
  readonly title: string | undefined;
  readonly order: string | undefined;
  readonly recordName: string | undefined;
  readonly searchNames: readonly string[] | undefined;
  readonly parent: string | undefined;
  readonly inherits: Readonly<Record<string, string>>;
  /** By name, in order. */
  readonly fields: ReadonlyMap<string, FieldMetadata>;
  /** Fields that exist, but that the user asking may not see. */
  readonly unseen: ReadonlySet<string>;
}

/** A chance likeness is never so long: records that are delegated to have dozens of fields. */
const LEAST_COPIES = 20;

/** `seen` is what fields_get told, `all` what ir.model.fields told where it could be read. */
export function modelReading(
  name: string,
  major: number,
  seen: ReadonlyMap<string, FieldMetadata>,
  all: ReadonlyMap<string, FieldMetadata> = new Map(),
  described?: DescribedModel,
): ModelReading {
  const fields = new Map([...all, ...seen].sort(([left], [right]) => (left < right ? -1 : 1)));
  // Models that are made by hand are named by a field that is made by hand.
  const recordName = recordNameOf(name, major) ?? (name.startsWith('x_') ? 'x_name' : undefined);
  const parent = parentFieldOf(name, major);
  return {
    name,
    title: described?.title,
    order: described?.order,
    recordName: recordName !== undefined && fields.has(recordName) ? recordName : undefined,
    // Also those that the user asking may not see: a search by name looks into them all the same.
    searchNames: searchNamesOf(name, major),
    parent: fields.get(parent)?.relation === name ? parent : undefined,
    inherits: knownInherits(name, major, fields) ?? derivedInherits(fields),
    fields,
    unseen: new Set([...all.keys()].filter((field) => !seen.has(field))),
  };
}

function knownInherits(name: string, major: number, fields: ModelReading['fields']) {
  const known = inheritsOf(name, major);
  if (known === undefined) return undefined;
  return Object.values(known).every((field) => fields.has(field)) ? known : undefined;
}

/** A record that is delegated to has its fields here as copies under their own names, by a required many2one. */
function derivedInherits(fields: ModelReading['fields']): Readonly<Record<string, string>> {
  const copies = new Map<string, number>();
  for (const { name, related } of fields.values()) {
    if (related?.endsWith(`.${name}`) !== true) continue;
    const through = related.slice(0, -name.length - 1);
    copies.set(through, (copies.get(through) ?? 0) + 1);
  }
  const inherits: Record<string, string> = {};
  for (const [through, count] of copies) {
    const link = fields.get(through);
    if (count < LEAST_COPIES || link?.type !== 'many2one' || !link.required || link.relation === undefined) continue;
    inherits[link.relation] = through;
  }
  return inherits;
}
