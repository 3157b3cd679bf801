import type { ModelName } from '../names/contract-names.ts';
import { titleOf } from './contract-document.ts';

/** Where nobody but the company can say what belongs there. No catalog loads while one is left. */
const PLACEHOLDERS: readonly (readonly [line: string, meaning: string])[] = [
  ['owners:', ''],
  ['  business: fill-in-business-owner', 'team that owns the purpose'],
  ['  technical: fill-in-technical-owner', 'team that keeps it running'],
  ['  steward: fill-in-data-steward', 'team that answers for the data'],
  ['support: { contact: "" }', 'whom to call'],
  ['objective: { availabilityPercent: 99, p95Ms: 2000 }', 'what you promise'],
  ['runbook: ""', 'what to do when it fails: an address or a path'],
  ['criticality: ""', 'low, medium, high or critical'],
];
const COMMENT_AT = 46;

/** The Interface document of one model, with placeholders for all that no database knows. */
export function interfaceText({ plural }: ModelName, system: string, document: string): string {
  const lines = [
    'apiVersion: portcullis/v1',
    'kind: Interface',
    `metadata: { name: ${plural}, title: ${titleOf(plural)} }`,
    'spec:',
    `  system: ${system}`,
    ...PLACEHOLDERS.map(([line, meaning]) =>
      meaning === '' ? `  ${line}` : `${`  ${line}`.padEnd(COMMENT_AT)}  # fill in: ${meaning}`,
    ),
    '  mode: real-time',
    '  versions:',
    `    - { version: "1.0", document: ${document}, lifecycle: design }`,
  ];
  return `${lines.join('\n')}\n`;
}
