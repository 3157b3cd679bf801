import type { Flow } from '../flows.ts';
import { masksOf } from '../granted-fields.ts';
import type { DeclaredField, Granted, Landscape } from '../landscape.ts';
import type { Place } from '../place.ts';
import { storedAt } from '../stored-at.ts';
import type { InputField, Transformation } from './event.ts';
import type { Naming } from './naming.ts';

/** Content of a columnLineage facet. */
export interface ColumnLineage {
  readonly fields: Readonly<Record<string, { readonly inputFields: readonly InputField[] }>>;
  /** What decides about whole records. */
  readonly dataset?: readonly InputField[];
}

/** What the fields of an answer come from. */
export function answerLineage(landscape: Landscape, { granted, reads, filters }: Flow, naming: Naming): ColumnLineage {
  const { operation, version } = granted;
  const input = (place: Place, transformation: Transformation): InputField => ({
    ...naming.source(place, granted),
    field: place.field,
    transformations: [transformation],
  });
  const fields = reads.map((declared) => {
    const inputFields = declared.standings
      .filter(({ operations }) => operations.has(operation.id))
      .flatMap(({ place, through, transforms }) => [
        input(place, readTransformation(granted, declared, transforms)),
        ...through.map((relation) => input(relation, { type: 'INDIRECT', subtype: 'JOIN', masking: false })),
      ]);
    return [declared.field.id, { inputFields }] as const;
  });
  const deciding = new Map<string, Place>();
  for (const { standings } of filters) {
    for (const { place, operations } of standings) if (operations.has(operation.id)) deciding.set(place.id, place);
  }
  for (const place of landscape.domainOf(version, operation.id)) deciding.set(place.id, place);
  const dataset = [...deciding.values()].map((place) =>
    input(place, { type: 'INDIRECT', subtype: 'FILTER', masking: false }),
  );
  return { fields: Object.fromEntries(fields), ...(dataset.length === 0 ? {} : { dataset }) };
}

/** A value that leaves unmasked anywhere is not masked. */
function readTransformation(
  { selection }: Granted,
  { field }: DeclaredField,
  transforms: readonly string[],
): Transformation {
  const masks = selection === undefined ? undefined : masksOf(selection, field.id);
  const told = [
    ...transforms,
    ...(masks === undefined ? [] : [`${masks.masks.join(' or ')}${masks.everywhere ? '' : ', not at every place'}`]),
  ];
  if (told.length === 0) return { type: 'DIRECT', subtype: 'IDENTITY', masking: false };
  return {
    type: 'DIRECT',
    subtype: 'TRANSFORMATION',
    description: told.join(', '),
    masking: masks?.everywhere === true,
  };
}

/** What a body writes, by data set of the system that keeps it. */
export function bodyLineage({ granted, writes }: Flow, naming: Naming): ReadonlyMap<Place, ColumnLineage> {
  const { operation } = granted;
  const view = naming.view(granted, 'body');
  const stored = writes.flatMap((declared) =>
    storedAt(declared, operation.id).map((standing) => ({ declared, ...standing })),
  );
  const sets = Map.groupBy(stored, ({ place }) => JSON.stringify([place.system, place.dataset]));
  const lineages = new Map<Place, ColumnLineage>();
  for (const own of sets.values()) {
    const [first] = own;
    if (first === undefined) continue;
    const columns = Map.groupBy(own, ({ place }) => place.field);
    const fields = [...columns].map(([column, sources]) => {
      const inputFields = sources.map(
        ({ declared, transforms }): InputField => ({
          ...view,
          field: declared.field.id,
          transformations: [
            transforms.length === 0
              ? { type: 'DIRECT', subtype: 'IDENTITY', masking: false }
              : { type: 'DIRECT', subtype: 'TRANSFORMATION', description: transforms.join(', '), masking: false },
          ],
        }),
      );
      return [column, { inputFields }] as const;
    });
    lineages.set(first.place, { fields: Object.fromEntries(fields) });
  }
  return lineages;
}
