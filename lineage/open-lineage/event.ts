import type { DatasetName } from './naming.ts';

const SPEC = 'https://openlineage.io/spec';

/** Facets as this project writes them: name, and version and name of the published schema. */
const SCHEMAS = {
  columnLineage: '1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet',
  schema: '1-2-0/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet',
  tags: '1-0-0/TagsDatasetFacet.json#/$defs/TagsDatasetFacet',
  version: '1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet',
  datasetType: '1-0-1/DatasetTypeDatasetFacet.json#/$defs/DatasetTypeDatasetFacet',
  jobType: '2-0-4/JobTypeJobFacet.json#/$defs/JobTypeJobFacet',
  documentation: '1-1-0/DocumentationJobFacet.json#/$defs/DocumentationJobFacet',
  ownership: '1-0-1/OwnershipJobFacet.json#/$defs/OwnershipJobFacet',
  nominalTime: '1-0-1/NominalTimeRunFacet.json#/$defs/NominalTimeRunFacet',
  outputStatistics: '1-0-2/OutputStatisticsOutputDatasetFacet.json#/$defs/OutputStatisticsOutputDatasetFacet',
  inputStatistics: '1-0-0/InputStatisticsInputDatasetFacet.json#/$defs/InputStatisticsInputDatasetFacet',
} as const;

export type Facets = Readonly<Record<string, object>>;

/** Facets by name, each with who says it and which schema it follows. */
export function facets(producer: string, told: Readonly<Partial<Record<keyof typeof SCHEMAS, object>>>): Facets {
  return Object.fromEntries(
    Object.entries(told).map(([name, content]) => {
      const schema = SCHEMAS[name as keyof typeof SCHEMAS];
      return [name, { _producer: producer, _schemaURL: `${SPEC}/facets/${schema}`, ...content }];
    }),
  );
}

export interface Dataset extends DatasetName {
  readonly facets?: Facets;
  readonly inputFacets?: Facets;
  readonly outputFacets?: Facets;
}

export interface Job extends DatasetName {
  readonly facets: Facets;
}

interface BaseEvent {
  readonly eventTime: string;
  readonly producer: string;
  readonly schemaURL: string;
  readonly job: Job;
  readonly inputs: readonly Dataset[];
  readonly outputs: readonly Dataset[];
}

/** What is so by declaration: a job without a run. */
export type JobEvent = BaseEvent;

/** What was seen, as one run over a stretch of time. */
export interface RunEvent extends BaseEvent {
  readonly eventType: 'START' | 'COMPLETE';
  readonly run: { readonly runId: string; readonly facets: Facets };
}

export function schemaUrl(kind: 'JobEvent' | 'RunEvent'): string {
  return `${SPEC}/2-0-2/OpenLineage.json#/$defs/${kind}`;
}

export interface Transformation {
  readonly type: 'DIRECT' | 'INDIRECT';
  readonly subtype: 'IDENTITY' | 'TRANSFORMATION' | 'JOIN' | 'FILTER';
  readonly description?: string;
  readonly masking: boolean;
}

export interface InputField extends DatasetName {
  readonly field: string;
  readonly transformations: readonly Transformation[];
}

/** Each data set once, in the order in which they are first named. */
export function distinct(names: readonly DatasetName[]): DatasetName[] {
  const found = new Map(names.map(({ namespace, name }) => [JSON.stringify([namespace, name]), { namespace, name }]));
  return [...found.values()];
}
