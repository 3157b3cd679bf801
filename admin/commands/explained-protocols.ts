import type { GrantedOperation, Snapshot } from '../../gateway/plan.ts';
import { databaseAccess } from '../../odoo/access/database-access.ts';
import { findKnowledge } from '../../odoo/find-knowledge.ts';
import type { DatabaseAccess, FieldAccess, ModelAccess } from '../../odoo/guard/access.ts';

/** What a grant opens over the Odoo protocols, a line for each model; nothing where it does not. */
export function protocolLines(snapshot: Snapshot, { grant, version }: GrantedOperation): string[] {
  const { odoo } = version.environment;
  if (grant.spec.odoo === undefined || odoo === undefined) return [];
  const knowledge = findKnowledge(snapshot.catalog, version.system.metadata.name, odoo.version);
  if (knowledge === undefined) return [];
  const places = snapshot.operations
    .flatMap(({ granted }) => [...granted.values()])
    .filter((one) => one.grant === grant);
  return openedLines(databaseAccess(places, knowledge, { maskOf: () => (value) => value }));
}

/** The same of what is opened altogether. */
export function openedLines({ models, contextKeys, companies, mostRecords }: DatabaseAccess): string[] {
  if (models.size === 0) return [];
  const settings = [
    `context ${['lang', 'tz', ...contextKeys].join(', ')}`,
    companies === undefined ? 'companies of the bot' : `companies ${companies.join(', ')}`,
    `at most ${mostRecords} records`,
  ];
  return [
    ...[...models.values()].map((model) => `opens      ${model.knowledge.name}: ${modelText(model)}`),
    `opens      ${settings.join('; ')}`,
  ];
}

function modelText({ calls, actions, fields }: ModelAccess): string {
  return [
    [...calls, ...actions].sort().join(', '),
    ...told('shows', fields, ({ read }) => read),
    ...told('creates', fields, ({ create }) => create),
    ...told('updates', fields, ({ update }) => update),
  ].join('; ');
}

type Fields = ReadonlyMap<string, FieldAccess>;

function told(verb: string, fields: Fields, holds: (field: FieldAccess) => boolean): string[] {
  const names = [...pathsOf(fields, holds, '')];
  return names.length === 0 ? [] : [`${verb} ${names.join(', ')}`];
}

/** Paths of the fields that are open in some way, those behind relations among them. */
function* pathsOf(fields: Fields, holds: (field: FieldAccess) => boolean, way: string): Iterable<string> {
  for (const [name, field] of fields) {
    const path = `${way}${name}`;
    if (holds(field)) yield `${path}${field.label ? ' with label' : ''}${field.mask === undefined ? '' : ' masked'}`;
    if (field.behind !== undefined) yield* pathsOf(field.behind, holds, `${path}.`);
  }
}
