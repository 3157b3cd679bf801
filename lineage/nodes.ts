import type { Catalog } from '../catalog/catalog.ts';
import { nameFor } from '../odoo/odoo-name.ts';
import type { OdooName, Operation } from '../openapi/contract.ts';
import type {
  CanonicalNode,
  ConsumerNode,
  Contact,
  FieldNode,
  GrantNode,
  PlaceNode,
  Protocol,
  SystemNode,
} from './graph.ts';
import type { DeclaredField, Granted } from './landscape.ts';
import type { Place } from './place.ts';

/** The team by its catalog name, with where to ask. */
export function contactOf({ teams }: Catalog, team: string): Contact {
  const { contact, email } = teams.get(team)?.document.spec ?? {};
  return { team, ...(contact === undefined ? {} : { contact }), ...(email === undefined ? {} : { email }) };
}

/** Undefined where the catalog has no such system. */
export function systemNode(catalog: Catalog, name: string): SystemNode | undefined {
  const document = catalog.systems.get(name)?.document;
  if (document === undefined) return undefined;
  const { title } = document.metadata;
  const owner = contactOf(catalog, document.spec.owner);
  return { kind: 'system', id: `system ${name}`, name, ...(title === undefined ? {} : { title }), owner };
}

export function placeNode({ id, system, dataset, field }: Place): PlaceNode {
  return { kind: 'place', id: `place ${id}`, name: id, system, dataset, field };
}

export function canonicalNode(name: string, place: Place): CanonicalNode {
  return { kind: 'canonical', id: `canonical ${name} at ${place.id}`, name };
}

export function fieldNode({ id, version, field }: DeclaredField): FieldNode {
  const { class: fieldClass, tags, systemOfRecord } = field.annotation;
  return {
    kind: 'field',
    id: `field ${id}`,
    name: id,
    interface: version.interface.metadata.name,
    version: version.version.version,
    lifecycle: version.version.lifecycle,
    field: field.id,
    class: fieldClass,
    tags,
    ...(systemOfRecord === undefined ? {} : { systemOfRecord }),
  };
}

export function grantNode({ grant, consumer, version }: Granted): GrantNode {
  const { spec, metadata } = grant;
  return {
    kind: 'grant',
    id: `grant ${metadata.name}`,
    name: metadata.name,
    consumer: consumer.metadata.name,
    interface: spec.interface,
    major: spec.major,
    purpose: spec.purpose,
    until: spec.until,
    protocols: protocolsOf({ grant, consumer, version }),
    actions: spec.operations.flatMap((id) => {
      const operation = version.contract.operations.get(id);
      return operation === undefined ? [] : actionText(operation, version.environment.odoo?.version);
    }),
  };
}

/** By which doors a grant can be used: keys for Odoo's protocols open no others. */
function protocolsOf({ grant, consumer, version }: Pick<Granted, 'grant' | 'consumer' | 'version'>): Protocol[] {
  const hasTokens = consumer.spec.clients.some(({ authentication }) => authentication?.method !== 'api_key');
  const opensOdoo = grant.spec.odoo !== undefined && version.environment.odoo !== undefined;
  return [...(hasTokens ? ['rest' as const] : []), ...(opensOdoo ? ['odoo' as const] : [])];
}

/** What an operation does beyond the fields that it shows and writes. */
function actionText({ id, method, path, annotation, requestBody }: Operation, major: number | undefined): string[] {
  const { odoo } = annotation;
  if (odoo?.call === 'action' || odoo?.call === 'delete') {
    const named = (name: OdooName) => (major === undefined ? null : nameFor(name, major)) ?? '';
    const called = odoo.call === 'delete' ? 'unlink' : named(odoo.method ?? '');
    return [`${id}: ${named(odoo.model)}.${called}`];
  }
  const isReading = method === 'GET' || method === 'HEAD' || method === 'QUERY';
  return odoo === undefined && requestBody === undefined && !isReading ? [`${id}: ${method} ${path}`] : [];
}

export function consumerNode(catalog: Catalog, { consumer: { metadata, spec } }: Granted): ConsumerNode {
  const { name, title } = metadata;
  return {
    kind: 'consumer',
    id: `consumer ${name}`,
    name,
    ...(title === undefined ? {} : { title }),
    owner: contactOf(catalog, spec.owner),
    disabled: spec.status === 'disabled',
  };
}
