import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a catalog to be measured must know. */
export interface BenchCatalogOptions {
  readonly folder: string;
  /** Every one a GET of the same 30 fields, on a path of its own. */
  readonly operations: number;
  readonly upstreamUrl: string;
  readonly issuer: string;
  readonly clientId: string;
}

/** Properties of a record, in the order in which the upstream writes them; a grant of the first of every three. */
export const FIELDS = [
  'id',
  'displayName',
  'legalForm',
  'name',
  'isCompany',
  'comment',
  'email',
  'phone',
  'mobile',
  'city',
  'street',
  'street2',
  'country',
  'state',
  'zip',
  'reference',
  'vat',
  'website',
  'active',
  'credit',
  'creditLimit',
  'language',
  'totalDue',
  'bankAccount',
  'createdAt',
  'timeZone',
  'industry',
  'updatedAt',
  'warehouseNote',
  'gateCode',
] as const;
export const GRANTED = FIELDS.filter((_, index) => index % 3 === 0);

/** About 2 kB of JSON with all 30 fields. */
export function benchRecord(): string {
  const record = Object.fromEntries(
    FIELDS.map((name, index) => [name, name === 'id' ? 4711 : `${name} ${'value '.repeat(6 + (index % 5))}`.trim()]),
  );
  return JSON.stringify(record);
}

/** The n-th operation's path, as upstream and gateway have it. */
export function operationPath(index: number): string {
  return `/resources${index}/4711`;
}

export const INTERFACE = 'bench';
export const BASE_PATH = `/${INTERFACE}/v1`;

/** Writes a catalog: one system of type http, one interface, one consumer with one grant of 10 fields, audit strict. */
export async function writeBenchCatalog(options: BenchCatalogOptions): Promise<void> {
  const indexes = Array.from({ length: options.operations }, (_, index) => index);
  const files: Readonly<Record<string, unknown>> = {
    'team.json': entity('Team', 'bench-team', { contact: 'the bench' }),
    'system.json': entity('System', 'records', {
      type: 'http',
      owner: 'bench-team',
      environments: { production: { url: options.upstreamUrl, concurrency: 256, timeoutMs: 15_000 } },
    }),
    'interface.json': entity('Interface', INTERFACE, {
      system: 'records',
      owners: { business: 'bench-team', technical: 'bench-team', steward: 'bench-team' },
      support: { contact: 'the bench' },
      objective: { availabilityPercent: 99, p95Ms: 100 },
      runbook: 'https://runbooks.bench.example/records',
      criticality: 'low',
      mode: 'real-time',
      audit: 'strict',
      versions: [{ version: '1.0', document: 'document.openapi.json', lifecycle: 'production' }],
    }),
    'consumer.json': entity('Consumer', 'bench-consumer', {
      owner: 'bench-team',
      environment: 'production',
      clients: [{ id: options.clientId, issuer: options.issuer }],
    }),
    'plan.json': entity('Plan', 'unlimited', {
      rate: { perSecond: 1_000_000, burst: 1_000_000 },
      quota: { perDay: 1_000_000_000 },
      concurrency: 1000,
    }),
    'grant.json': entity('Grant', 'bench-reads', {
      consumer: 'bench-consumer',
      interface: INTERFACE,
      major: 1,
      plan: 'unlimited',
      purpose: 'Measuring',
      until: '2099-12-31',
      operations: indexes.map(operationId),
      read: { Record: GRANTED },
      approvals: [{ by: 'bench', role: 'data-owner', at: '2026-01-01' }],
    }),
    'document.openapi.json': document(indexes),
  };
  await mkdir(options.folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(options.folder, name), JSON.stringify(content, null, 2));
  }
}

function entity(kind: string, name: string, spec: unknown): unknown {
  return { apiVersion: 'portcullis/v1', kind, metadata: { name }, spec };
}

function operationId(index: number): string {
  return `getResource${index}`;
}

function document(indexes: readonly number[]): unknown {
  const properties = Object.fromEntries(
    FIELDS.map((name) => [
      name,
      {
        type: name === 'id' ? 'integer' : 'string',
        'x-portcullis': { class: name === 'email' ? 'confidential' : 'internal' },
      },
    ]),
  );
  const paths = Object.fromEntries(
    indexes.map((index) => [
      `/resources${index}/{id}`,
      {
        get: {
          operationId: operationId(index),
          summary: `Reads a record of resource ${index}`,
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
          responses: {
            '200': {
              description: 'The record',
              content: { 'application/json': { schema: { $ref: '#/components/schemas/Record' } } },
            },
          },
        },
      },
    ]),
  );
  return {
    openapi: '3.1.0',
    info: { title: 'Records', version: '1.0', description: 'Records to measure with.' },
    paths,
    components: { schemas: { Record: { type: 'object', properties } } },
  };
}
