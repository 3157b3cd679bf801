import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import type { Sourced } from '../../catalog/catalog.ts';
import type { GrantDocument } from '../../catalog/documents.ts';
import { type DryRun, dryRun } from '../../gateway/dry-run.ts';
import type { GrantedOperation, Snapshot } from '../../gateway/plan.ts';
import { problemStatus, problemTitle, type Refusal } from '../../gateway/problems.ts';
import { type Command, UsageError } from './command.ts';
import { compiledSnapshot } from './compiled-snapshot.ts';
import { hiddenFields, type ReturnedField, returnedFields } from './explained-fields.ts';
import { protocolLines } from './explained-protocols.ts';
import { routeHint } from './route-hint.ts';
import { unknownConsumer } from './unknown-consumer.ts';

/** `explain --consumer C METHOD PATH`: what would be allowed, which fields would come back, and by which rule (R-82). */
export const explain: Command = {
  name: 'explain',
  usage:
    'explain --consumer NAME [--catalog FOLDER] [--environment NAME] [--claims JSON] [--body JSON] [--from ADDRESS] [--json] METHOD PATH',
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
        from: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    const [method, target, extra] = positionals;
    if (values.consumer === undefined || method === undefined || target === undefined || extra !== undefined) {
      throw new UsageError('Name a consumer, a method and a path.');
    }
    const environment = values.environment ?? context.defaults.environment;
    const folder = values.catalog ?? context.defaults.catalogFolder;
    const snapshot = await compiledSnapshot(context, folder, environment, values.json);
    if (snapshot === undefined) return 1;
    const consumer = snapshot.catalog.consumers.get(values.consumer)?.document;
    if (consumer === undefined) throw unknownConsumer(snapshot.catalog, values.consumer);
    if (values.from !== undefined && isIP(values.from) === 0)
      throw new UsageError('--from takes an IP address, such as 192.0.2.7.');
    const run = await dryRun(snapshot, {
      from: values.from,
      consumer,
      method: method.toUpperCase(),
      target,
      body: values.body === undefined ? undefined : Buffer.from(values.body),
      claims: parseClaims(values.claims),
    });
    const explanation = explainRun(snapshot, run, run.plan === undefined ? routeHint(snapshot, target) : undefined);
    context.out(values.json === true ? JSON.stringify(explanation, null, 2) : explanation.lines.join('\n'));
    return explanation.allowed ? 0 : 3;
  },
};

interface Explanation {
  readonly allowed: boolean;
  readonly operation: string | undefined;
  readonly grant: string | undefined;
  readonly policies: readonly {
    readonly policy: string;
    readonly verdict: string;
    /** What the refusal tells the caller beside its code: the fields, and who owns them. */
    readonly fields?: readonly string[];
    readonly owned_by?: string;
  }[];
  readonly idempotencyKey: 'required' | 'optional' | undefined;
  readonly read: readonly ReturnedField[];
  readonly hidden: readonly string[];
  /** Why there is no such operation. */
  readonly hint: string | undefined;
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

function explainRun(snapshot: Snapshot, run: DryRun, hint: string | undefined): Explanation {
  const policies = run.steps.map(({ policy, refusal }) => ({
    policy,
    verdict: refusal === undefined ? 'pass' : refusal.code,
    ...told(refusal),
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
    lines.push(`policy     ${policy.padEnd(24)} ${refusal === undefined ? 'pass' : refusalText(refusal)}`);
  }
  const isFrom = run.steps.some(({ policy }) => policy === 'restrict-network');
  if (granted !== undefined && !isFrom && granted.consumer.spec.networks !== undefined) {
    lines.push(`policy     ${'restrict-network'.padEnd(24)} not asked: give --from with the address of the caller`);
  }
  const idempotencyKey = plan?.operation.annotation.idempotencyKey;
  if (granted !== undefined && idempotencyKey !== undefined) {
    lines.push(`policy     ${'require-idempotency-key'.padEnd(24)} not asked: idempotency key ${idempotencyKey}`);
  }
  const read =
    granted === undefined || source === undefined ? [] : returnedFields(granted, run.exchange?.typed?.fields, source);
  const hidden = granted === undefined ? [] : hiddenFields(granted);
  if (allowed && source !== undefined) {
    for (const { field, class: fieldClass, mask, rule } of read)
      lines.push(
        `returns    ${field.padEnd(36)} ${fieldClass}${mask === undefined ? '' : `, masked: ${mask}`}  by ${rule}`,
      );
    if (hidden.length > 0) lines.push(`hides      ${hidden.join(', ')}`);
    if (granted !== undefined && granted.writable.size > 0)
      lines.push(`writes     ${[...granted.writable].sort().join(', ')}`);
    for (const [schema, terms] of Object.entries(run.exchange?.recordFilter ?? {})) {
      for (const term of terms) lines.push(`records    ${schema}: ${JSON.stringify(term)}`);
    }
    if (granted !== undefined) lines.push(...protocolLines(snapshot, granted));
  }
  if (hint !== undefined) lines.push(`hint       ${hint}`);
  lines.push(allowed ? 'allowed' : `refused by ${refused?.policy ?? 'authorize-grant'}`);
  return {
    allowed,
    operation: plan?.operation.id,
    grant: granted?.grant.metadata.name,
    policies,
    idempotencyKey,
    read,
    hidden,
    hint,
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

function refusalText(refusal: Refusal): string {
  const { fields, owned_by } = told(refusal);
  const parts = [
    `${refusal.code} (${problemStatus(refusal.code)} ${problemTitle(refusal.code)})`,
    ...(refusal.detail === undefined ? [] : [refusal.detail]),
    ...(fields === undefined ? [] : [`fields ${fields.join(', ')}`]),
    ...(owned_by === undefined ? [] : [`owned by ${owned_by}`]),
  ];
  return parts.join('  ');
}

function told(refusal: Refusal | undefined): { readonly fields?: readonly string[]; readonly owned_by?: string } {
  const { fields, owned_by: owner } = refusal?.members ?? {};
  return {
    ...(Array.isArray(fields) ? { fields: fields.map(String) } : {}),
    ...(typeof owner === 'string' ? { owned_by: owner } : {}),
  };
}
