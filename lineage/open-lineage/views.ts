import type { Flow } from '../flows.ts';
import type { DeclaredField, Granted } from '../landscape.ts';
import { bodyLineage, type ColumnLineage } from './column-lineage.ts';
import { type Dataset, distinct, type Facets, facets, type Job } from './event.ts';
import { hostOf, type Naming } from './naming.ts';

/** What every event says alike. */
export interface EventParts {
  readonly naming: Naming;
  /** URI of who says it. */
  readonly producer: string;
  readonly publicUrl: string;
  /** ISO 8601: when it was said. */
  readonly time: string;
}

/** The job of one operation for one consumer, in one direction. */
export function jobOf(
  { version, operation, consumer, grant }: Granted,
  part: 'answer' | 'body',
  parts: EventParts,
): Job {
  const { owners } = version.interface.spec;
  const name = `${version.interface.metadata.name}.v${version.major}/${operation.id}#consumer=${consumer.metadata.name}`;
  return {
    namespace: `portcullis://${hostOf(parts.publicUrl)}`,
    name: part === 'body' ? `${name};writes` : name,
    facets: facets(parts.producer, {
      jobType: {
        processingType: 'SERVICE',
        integration: 'PORTCULLIS',
        jobType: part === 'body' ? 'API_WRITE' : 'API_READ',
      },
      documentation: { description: grant.spec.purpose, contentType: 'text/plain' },
      ownership: {
        owners: [
          { name: `team:${consumer.spec.owner}`, type: 'CONSUMER' },
          { name: `team:${owners.business}`, type: 'BUSINESS' },
          { name: `team:${owners.technical}`, type: 'TECHNICAL' },
          { name: `team:${owners.steward}`, type: 'STEWARD' },
        ],
      },
    }),
  };
}

/** What one consumer gets from, or puts into, an operation; `told` says more of a field by its id. */
export function viewDataset(
  granted: Granted,
  part: 'answer' | 'body',
  fields: readonly DeclaredField[],
  parts: EventParts,
  columnLineage?: ColumnLineage,
  told: (field: string) => string | undefined = () => undefined,
): Dataset & { readonly facets: Facets } {
  const { version } = granted;
  return {
    ...parts.naming.view(granted, part),
    facets: facets(parts.producer, {
      datasetType: { datasetType: 'VIEW', subType: 'API' },
      version: { datasetVersion: `${version.version.version} ${version.contract.digest}` },
      schema: {
        fields: fields.map(({ field }) => {
          const description = told(field.id);
          const type = [...field.shape.types].sort().join('|');
          return { name: field.id, type, ...(description === undefined ? {} : { description }) };
        }),
      },
      tags: {
        tags: fields.flatMap(({ field: { id, annotation } }) => [
          { key: 'class', value: annotation.class, source: 'PORTCULLIS', field: id },
          ...annotation.tags.map((tag) => ({ key: tag, value: 'true', source: 'PORTCULLIS', field: id })),
        ]),
      },
      ...(columnLineage === undefined ? {} : { columnLineage }),
    }),
  };
}

/** The data sets of the system behind that a body writes. */
export function writtenDatasets(flow: Flow, { naming, producer }: EventParts): Dataset[] {
  return [...bodyLineage(flow, naming)].map(([place, columnLineage]) => ({
    ...naming.source(place, flow.granted),
    facets: facets(producer, { columnLineage }),
  }));
}

export function inputsOf({ fields, dataset = [] }: ColumnLineage): Dataset[] {
  return distinct([...Object.values(fields).flatMap(({ inputFields }) => inputFields), ...dataset]);
}
