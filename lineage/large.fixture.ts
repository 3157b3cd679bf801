import assert from 'node:assert/strict';
import type { Catalog } from '../catalog/catalog.ts';
import type {
  ConsumerDocument,
  GrantDocument,
  GrantSpec,
  InterfaceDocument,
  SystemDocument,
} from '../catalog/documents.ts';
import type { VersionPlan } from '../gateway/plan.ts';
import { contractOf } from '../openapi/contract.fixture.ts';
import { resolveSelection, resolveWritable } from '../openapi/resolve-grant.ts';
import type { Granted, InForce } from './landscape.ts';

export interface LargeOptions {
  readonly interfaces: number;
  readonly fields: number;
  /** Each has a grant on every interface. */
  readonly consumers: number;
}

const API_VERSION = 'portcullis/v1';
const SYSTEM: SystemDocument = {
  apiVersion: API_VERSION,
  kind: 'System',
  metadata: { name: 'erp' },
  spec: {
    type: 'odoo',
    owner: 'erp-team',
    environments: {
      production: {
        url: 'https://erp.example.com',
        odoo: { version: 19, protocol: 'json2', database: 'erp' },
      },
    },
  },
};

/** What a gateway of a large company has in force, as far as lineage looks at it: compiled as the gateway does it. */
export function largeCompany({ interfaces, fields, consumers }: LargeOptions): InForce {
  const all = Array.from({ length: fields }, (_, at) => `field${at}`);
  const rules: Rules = { read: { Record: all }, write: { Record: all.slice(0, 5) }, masks: {} };
  const people = Array.from({ length: consumers }, (_, index) => consumer(`consumer-${index}`));
  const grants = new Map<string, GrantDocument>();
  const documents = new Map<string, InterfaceDocument>();
  const versions: VersionPlan[] = [];
  const operations: { version: VersionPlan; granted: Map<string, Granted> }[] = [];
  const catalog = {
    ...emptyCatalog(),
    systems: sourced([SYSTEM]),
    consumers: sourced(people),
  };
  for (let index = 0; index < interfaces; index += 1) {
    const version = versionPlan(`interface-${index}`, index, fields);
    documents.set(version.interface.metadata.name, version.interface);
    versions.push(version);
    const own = people.map((one) => grant(version, one, rules));
    for (const document of own) grants.set(document.metadata.name, document);
    for (const operation of version.contract.operations.values()) {
      const granted = new Map<string, Granted>();
      // The rules of all consumers are the same: what follows from them is made once, so that building takes seconds.
      const selection = resolveSelection(version.contract, operation, rules.read, rules.masks);
      const writable = resolveWritable(version.contract, operation, rules.write);
      for (const [at, document] of own.entries()) {
        const consumerOf = people[at];
        assert.ok(consumerOf !== undefined);
        granted.set(consumerOf.metadata.name, {
          version,
          operation,
          consumer: consumerOf,
          grant: document,
          selection,
          writable,
        });
      }
      operations.push({ version, granted });
    }
  }
  return {
    environment: 'production',
    catalog: { ...catalog, interfaces: sourced([...documents.values()]), grants: sourced([...grants.values()]) },
    versions,
    operations,
  };
}

function versionPlan(name: string, index: number, fields: number): VersionPlan {
  // Ten interfaces each speak of the same model, as they do in a company.
  const model = `x.model${Math.floor(index / 10)}`;
  const properties = Array.from(
    { length: fields },
    (_, at) =>
      `        field${at}: {type: string, x-portcullis: {class: internal, odoo: field_${at}, canonicalName: thing${index % 40}.field${at}}}`,
  );
  const contract = contractOf(`openapi: 3.1.0
info: {title: Large, version: '1.0'}
paths:
  /records/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: getRecord
      x-portcullis: {odoo: {call: get, model: ${model}}}
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Record'}}}}}
    patch:
      operationId: updateRecord
      x-portcullis: {odoo: {call: update, model: ${model}}}
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Record'}}}}
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Record'}}}}}
components:
  schemas:
    Record:
      type: object
      x-portcullis: {model: ${model}}
      properties:
${properties.join('\n')}
`);
  const version = { version: '1.0', document: 'api.yaml', lifecycle: 'production' as const };
  const document: InterfaceDocument = {
    apiVersion: API_VERSION,
    kind: 'Interface',
    metadata: { name },
    spec: {
      system: 'erp',
      owners: { business: 'erp-team', technical: 'erp-team', steward: 'erp-team' },
      support: { contact: 'erp-team' },
      objective: { availabilityPercent: 99, p95Ms: 500 },
      runbook: 'https://runbooks.example.com/large',
      criticality: 'low',
      mode: 'real-time',
      versions: [version],
    },
  };
  return {
    interface: document,
    version,
    major: 1,
    contract,
    system: SYSTEM,
    environment: SYSTEM.spec.environments.production ?? { url: '' },
    basePath: `/${name}/v1`,
    audit: 'strict',
    label: `${name}/1.0`,
    headerLines: '',
  };
}

function consumer(name: string): ConsumerDocument {
  return {
    apiVersion: API_VERSION,
    kind: 'Consumer',
    metadata: { name },
    spec: { owner: `team-of-${name}`, environment: 'production', clients: [{ id: name }] },
  };
}

type Rules = Required<Pick<GrantSpec, 'read' | 'write' | 'masks'>>;

function grant(version: VersionPlan, { metadata }: ConsumerDocument, rules: Rules): GrantDocument {
  return {
    apiVersion: API_VERSION,
    kind: 'Grant',
    metadata: { name: `${metadata.name}-${version.interface.metadata.name}` },
    spec: {
      consumer: metadata.name,
      interface: version.interface.metadata.name,
      major: 1,
      plan: 'standard',
      purpose: 'Scale',
      until: '2030-12-31',
      operations: ['getRecord', 'updateRecord'],
      ...rules,
    },
  };
}

function emptyCatalog(): Catalog {
  const none = new Map();
  return {
    id: 'sha256:large',
    folder: '',
    systems: none,
    teams: none,
    interfaces: none,
    consumers: none,
    grants: none,
    plans: none,
    odooModels: none,
    files: none,
  };
}

function sourced<D extends { readonly metadata: { readonly name: string } }>(documents: readonly D[]) {
  const source = { file: 'large.yaml', locate: () => ({ file: 'large.yaml', line: 1, column: 1 }) };
  return new Map(documents.map((document) => [document.metadata.name, { document, source }]));
}
