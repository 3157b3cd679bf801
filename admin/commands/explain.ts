import { parseArgs } from 'node:util';
import type { Sourced } from '../../catalog/catalog.ts';
import type { GrantDocument } from '../../catalog/documents.ts';
import { type DryRun, dryRun } from '../../gateway/dry-run.ts';
import type { GrantedOperation, Snapshot } from '../../gateway/plan.ts';
import { problemStatus, problemTitle } from '../../gateway/problems.ts';
import { type Command, UsageError } from './command.ts';
import { compiledSnapshot } from './compiled-snapshot.ts';

/** `explain --consumer C METHOD PATH`: what would be allowed, which fields would come back, and by which rule (R-82). */
export const explain: Command = {
  name: 'explain',
  usage: 'explain --consumer NAME [--catalog FOLDER] [--claims JSON] [--body JSON] [--json] METHOD PATH',
  summary: 'say what a call would be allowed, and by which rule',
  async run(args, context) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        consumer: { type: 'string' },
        catalog: { type: 'string' },
        environment: { type: 'string' },
        claims: { type: 'string' },
        body: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    const [method, target] = positionals;
    if (values.consumer === undefined || method === undefined || target === undefined) {
      throw new UsageError('Name a consumer, a method and a path.');
    }
    const environment = values.environment ?? context.defaults.environment;
    const snapshot = await compiledSnapshot(context, values.catalog ?? context.defaults.catalogFolder, environment);
    if (snapshot === undefined) return 1;
    const consumer = snapshot.catalog.consumers.get(values.consumer)?.document;
    if (consumer === undefined)
      throw new UsageError(`There is no consumer ${JSON.stringify(values.consumer)} in the catalog.`);
    const run = await dryRun(snapshot, {
      consumer,
      method: method.toUpperCase(),
      target,
      body: values.body === undefined ? undefined : Buffer.from(values.body),
      claims: parseClaims(values.claims),
    });
    const explanation = explainRun(snapshot, run);
    context.out(values.json === true ? JSON.stringify(explanation, null, 2) : explanation.lines.join('\n'));
    return explanation.allowed ? 0 : 3;
  },
};

interface Explanation {
  readonly allowed: boolean;
  readonly operation: string | undefined;
  readonly grant: string | undefined;
  readonly policies: readonly { readonly policy: string; readonly verdict: string }[];
  readonly read: readonly { readonly field: string; readonly class: string; readonly mask: string | undefined }[];
  readonly hidden: readonly string[];
  readonly write: readonly string[];
  readonly lines: readonly string[];
}

function parseClaims(text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined) return Object.create(null);
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return Object.assign(Object.create(null), parsed);
    }
  } catch {
    // Falls through to the same message: it is not a JSON object either way.
  }
  throw new UsageError('--claims takes a JSON object, such as \'{"commercial_partner_id": 42}\'.');
}

function explainRun(snapshot: Snapshot, run: DryRun): Explanation {
  const policies = run.steps.map(({ policy, refusal }) => ({
    policy,
    verdict: refusal === undefined ? 'pass' : refusal.code,
  }));
  const refused = run.steps.find(({ refusal }) => refusal !== undefined);
  const allowed = refused === undefined && run.granted !== undefined;
  const { plan, granted } = run;
  const lines: string[] = [];
  if (plan !== undefined) {
    const { contract, version } = plan.version;
    lines.push(
      `operation  ${plan.operation.id} of ${plan.version.interface.metadata.name} ${version.version} (${version.lifecycle}, ${contract.digest})`,
    );
  }
  const source = granted === undefined ? undefined : snapshot.catalog.grants.get(granted.grant.metadata.name);
  if (granted !== undefined && source !== undefined) lines.push(...grantLines(granted, source));
  for (const { policy, refusal } of run.steps) {
    const said =
      refusal === undefined ? 'pass' : `${refusal.code} (${problemStatus(refusal.code)} ${problemTitle(refusal.code)})`;
    lines.push(`policy     ${policy.padEnd(24)} ${said}${refusal?.detail === undefined ? '' : ` ${refusal.detail}`}`);
  }
  const read = granted === undefined ? [] : readable(granted, run);
  const hidden = granted === undefined ? [] : hiddenFields(granted, new Set(granted.selection?.fields));
  if (allowed && source !== undefined) {
    for (const entry of read)
      lines.push(
        `returns    ${entry.field.padEnd(36)} ${entry.class}${entry.mask === undefined ? '' : `, masked: ${entry.mask}`}  by ${at(source, entry.field)}`,
      );
    if (hidden.length > 0) lines.push(`hides      ${hidden.join(', ')}`);
    if (granted !== undefined && granted.writable.size > 0)
      lines.push(`writes     ${[...granted.writable].sort().join(', ')}`);
    for (const [schema, terms] of Object.entries(run.exchange?.recordFilter ?? {})) {
      for (const term of terms) lines.push(`records    ${schema}: ${JSON.stringify(term)}`);
    }
  }
  lines.push(allowed ? 'allowed' : `refused by ${refused?.policy ?? 'authorize-grant'}`);
  return {
    allowed,
    operation: plan?.operation.id,
    grant: granted?.grant.metadata.name,
    policies,
    read,
    hidden,
    write: granted === undefined ? [] : [...granted.writable].sort(),
    lines,
  };
}

function grantLines(granted: GrantedOperation, source: Sourced<GrantDocument>): string[] {
  const { spec, metadata } = granted.grant;
  const { file, line } = source.source.locate('/spec');
  const { rate, quota } = granted.plan.spec;
  return [
    `grant      ${metadata.name} (${file}:${line}) for ${spec.purpose}, until ${spec.until}`,
    `plan       ${spec.plan}: ${rate.perSecond}/s, burst ${rate.burst}${quota === undefined ? '' : `, ${quota.perDay}/day`}`,
  ];
}

function readable(granted: GrantedOperation, run: DryRun): Explanation['read'] {
  const asked = run.exchange?.typed?.fields;
  const fields = granted.selection?.fields ?? [];
  const annotations = annotationsOf(granted);
  return fields
    .filter(
      (field) => asked === undefined || asked.some((name) => field.endsWith(`.${name}`) || field.includes(`.${name}.`)),
    )
    .map((field) => ({
      field,
      class: annotations.get(field) ?? 'confidential',
      mask: granted.selection?.masked.has(field) === true ? granted.grant.spec.masks?.[field]?.type : undefined,
    }));
}

function hiddenFields(granted: GrantedOperation, shown: ReadonlySet<string>): string[] {
  const schemas = new Set([...shown].map((field) => field.split('.')[0]));
  return [...annotationsOf(granted).keys()].filter((field) => !shown.has(field) && schemas.has(field.split('.')[0]));
}

function annotationsOf(granted: GrantedOperation): Map<string, string> {
  const classes = new Map<string, string>();
  for (const shape of granted.version.contract.shapes.values()) {
    for (const field of shape.fields.values()) classes.set(field.id, field.annotation.class);
  }
  return classes;
}

/** File and line of the grant's rule for a field. */
function at(source: Sourced<GrantDocument>, field: string): string {
  const dot = field.indexOf('.');
  const schema = field.slice(0, dot);
  const path = field.slice(dot + 1);
  const rules = source.document.spec.read?.[schema] ?? [];
  const index = rules.findIndex((rule) => rule === path || rule.startsWith(`${path}.`));
  const pointer = index < 0 ? '/spec/read' : `/spec/read/${schema}/${index}`;
  const { file, line } = source.source.locate(pointer);
  return `${file}:${line}`;
}
