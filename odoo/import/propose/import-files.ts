import type { FieldClass } from '../../../catalog/documents.ts';
import { modelsDocument } from '../models-document.ts';
import { modelName } from '../names/contract-names.ts';
import type { DatabaseReading } from '../read-models.ts';
import { yamlText } from '../yaml-text.ts';
import { type ChosenFields, chooseFields, LEFT_OUT_REASONS } from './choose-fields.ts';
import { contractDocument } from './contract-document.ts';
import { interfaceText } from './interface-text.ts';

export interface ImportedModel {
  readonly model: string;
  readonly interface: string;
  /** Properties by class, labels of relations included. */
  readonly counts: Readonly<Record<FieldClass, number>>;
  readonly leftOut: number;
  /** Fields whose class no table and no pattern knows. */
  readonly unknown: number;
}

export interface ImportFiles {
  /** Path relative to the folder → text, in order. */
  readonly files: ReadonlyMap<string, string>;
  readonly models: readonly ImportedModel[];
}

/** All documents that an import writes. `readAt` is an ISO date. */
export function importFiles(reading: DatabaseReading, system: string, readAt: string): ImportFiles {
  const files = new Map([[`models/${system}.yaml`, yamlText(modelsDocument(reading, system, readAt))]]);
  const models: ImportedModel[] = [];
  for (const model of reading.models.values()) {
    const name = freeName(modelName(model.name), files);
    const chosen = chooseFields(model, reading);
    const document = `${name.plural}-1.0.yaml`;
    files.set(`${name.plural}/interface.yaml`, interfaceText(name, system, document));
    files.set(
      `${name.plural}/${document}`,
      remarks(model.name, reading, chosen) + yamlText(contractDocument(model, name, chosen, system)),
    );
    models.push({ model: model.name, interface: name.plural, ...counted(chosen) });
  }
  return { files, models };
}

/** Two models may come to one name; the later one gets a number. */
function freeName(name: ReturnType<typeof modelName>, files: ReadonlyMap<string, string>) {
  let free = name;
  for (let number = 2; files.has(`${free.plural}/interface.yaml`) || free.plural === 'models'; number += 1) {
    free = { schema: `${name.schema}${number}`, plural: `${name.plural}-${number}` };
  }
  return free;
}

function counted({ fields, leftOut }: ChosenFields): Omit<ImportedModel, 'model' | 'interface'> {
  const counts = { public: 0, internal: 0, confidential: 0, restricted: 0 };
  for (const { proposed, label, name } of fields) {
    counts[proposed.class] += 1;
    if (name.label !== undefined) counts[label.class] += 1;
  }
  return {
    counts,
    leftOut: [...leftOut.values()].reduce((sum, names) => sum + names.length, 0),
    unknown: fields.filter(({ proposed }) => proposed.by === 'unknown').length,
  };
}

const WIDTH = 116;

/** What the contract does not hold, as a comment above it. */
function remarks(model: string, { major, actions }: DatabaseReading, { leftOut }: ChosenFields): string {
  const lines = [`# Proposed from ${model} of Odoo ${major}.`];
  if (leftOut.size > 0) lines.push('# Left out:');
  for (const [reason, names] of [...leftOut].sort(([left], [right]) => (left < right ? -1 : 1))) {
    lines.push(`# - ${LEFT_OUT_REASONS[reason]}:`, ...wrapped(names));
  }
  const methods = actions.get(model) ?? [];
  if (methods.length > 0)
    lines.push('# Methods that an operation could call (odoo: { call: action, method: … }):', ...wrapped(methods));
  return `${lines.join('\n')}\n`;
}

function wrapped(names: readonly string[]): string[] {
  const lines: string[] = [];
  let line = '#  ';
  for (const name of names) {
    if (line.length + name.length + 1 > WIDTH) {
      lines.push(line);
      line = '#  ';
    }
    line += ` ${name}`;
  }
  return [...lines, line];
}
