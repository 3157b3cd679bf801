import type { LikelyName, ModelChange } from '../../odoo/import/compare/compare-models.ts';
import type { Finding, Impact } from '../../odoo/import/compare/find-impacts.ts';
import type { OdooName } from '../../openapi/contract.ts';

interface DiffReport {
  readonly from: number;
  readonly to: number;
  readonly findings: readonly Finding[];
  /** Those that are told one by one. */
  readonly shown: readonly Finding[];
  readonly notes: readonly string[];
}

/** A comparison for people: each change, and below it whom it concerns. */
export function diffText({ from, to, findings, shown, notes }: DiffReport): string {
  const breaking = findings.filter((finding) => finding.breaking).length;
  const silent = findings.length - shown.length;
  return [
    `Odoo ${from} in the catalog, Odoo ${to} in the database`,
    '',
    ...shown.flatMap((finding) => [...findingLines(finding), '']),
    ...notes,
    ...(silent === 0
      ? []
      : [`${silent} further ${silent === 1 ? 'change touches' : 'changes touch'} no contract; --all tells them.`]),
    breaking === 0 ? 'Nothing breaks.' : `${breaking} ${breaking === 1 ? 'change breaks' : 'changes break'} something.`,
  ].join('\n');
}

function findingLines({ change, breaking, impacts }: Finding): string[] {
  const served = impacts.length > 0 && !breaking && (change.kind === 'field-gone' || change.kind === 'model-gone');
  const mark = breaking ? 'BREAKS   ' : 'holds    ';
  const aliases = new Map(impacts.flatMap(({ alias }) => (alias === undefined ? [] : [[aliasText(alias), alias]])));
  return [
    `${mark}${changeText(change)}${served ? '; the contracts name it for both versions' : ''}`,
    ...[...aliases.keys()].map((alias) => `  write    ${change.kind === 'model-gone' ? 'model' : 'odoo'}: ${alias}`),
    ...impacts.flatMap(impactLines),
  ];
}

function impactLines({
  interface: name,
  version,
  lifecycle,
  owners,
  breaking,
  operations,
  fields,
  grants,
}: Impact): string[] {
  return [
    `  ${breaking ? 'breaks' : 'holds '}   ${name} ${version} (${lifecycle}), owners: business ${owners.business}, technical ${owners.technical}, steward ${owners.steward}`,
    `             operations ${operations.join(', ')}`,
    ...(fields.length === 0 ? [] : [`             fields ${fields.join(', ')}`]),
    ...grants.map(
      ({ grant, consumer, owner }) =>
        `             grant ${grant} of consumer ${consumer}${owner === undefined ? '' : `, owner ${owner}`}`,
    ),
  ];
}

/** What changed, in a sentence without an end. */
export function changeText(change: ModelChange): string {
  switch (change.kind) {
    case 'model-gone':
      return `${change.model} is gone${likelyText(change.likely)}`;
    case 'field-gone':
      return `${change.model}.${change.field} is gone${likelyText(change.likely)}${change.told === undefined ? '' : `; ${change.told}`}`;
    case 'field-new':
      return `${change.model}.${change.field} is new (${change.type}${change.required ? ', required' : ''})`;
    case 'type-changed':
      return `${change.model}.${change.field} was of type ${change.from}, is of type ${change.to}`;
    case 'relation-changed':
      return `${change.model}.${change.field} led to ${change.from}, leads to ${change.to}`;
    case 'selection-changed':
      return `${change.model}.${change.field} has other values:${change.added.map((value) => ` +${value}`).join('')}${change.removed.map((value) => ` -${value}`).join('')}`;
    case 'now-required':
      return `${change.model}.${change.field} must be said when a record is created`;
    case 'now-readonly':
      return `${change.model}.${change.field} is read-only now`;
    case 'not-sortable':
      return `${change.model}.${change.field} can no longer be sorted by`;
  }
}

function likelyText(likely: LikelyName | undefined): string {
  if (likely === undefined) return '';
  if (likely.by === 'similarity') return `, likely renamed to ${likely.name}`;
  return `, renamed to ${likely.name}${likely.changed ? ', with another meaning or type: check it' : ''}`;
}

function aliasText(alias: OdooName): string {
  if (typeof alias === 'string') return alias;
  const names = Object.entries(alias).map(([major, name]) => `"${major}": ${name ?? 'null'}`);
  return `{ ${names.join(', ')} }`;
}
