import { parseArgs } from 'node:util';
import type { ConsumerDocument, GrantSpec } from '../../catalog/documents.ts';
import { suggestion } from '../../catalog/nearest-name.ts';
import { quoted } from '../../catalog/quoted.ts';
import type { VersionPlan } from '../../gateway/plan.ts';
import { isCredentialParameter } from '../../gateway/upstreams/credential.ts';
import { consumerContract, type TokenSource } from '../../openapi/consumer-contract.ts';
import type { Operation } from '../../openapi/contract.ts';
import { filledByFilter } from '../../openapi/filter-parameters.ts';
import { type CommandContext, UsageError } from './command.ts';
import { compiledSnapshot } from './compiled-snapshot.ts';
import { unknownConsumer } from './unknown-consumer.ts';

/** Options of the commands that speak of one consumer's own contract of one interface. */
export const CONTRACT_USAGE = '--consumer NAME [--catalog FOLDER] [--environment NAME] INTERFACE[/vMAJOR]';

/** The consumer's own OpenAPI document: only what it may call and see; undefined after faults were printed. */
export async function grantedContract(
  args: readonly string[],
  context: CommandContext,
): Promise<Record<string, unknown> | undefined> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { consumer: { type: 'string' }, catalog: { type: 'string' }, environment: { type: 'string' } },
  });
  const named = positionals[0];
  if (values.consumer === undefined || named === undefined || positionals.length > 1)
    throw new UsageError('Name a consumer and an interface.');
  const [, interfaceName = '', major] = /^([^/]*)(?:\/v(\d{1,9}))?$/.exec(named) ?? [];
  if (interfaceName === '') throw new UsageError(`${quoted(named)} is no interface; write NAME or NAME/v1.`);
  const environment = values.environment ?? context.defaults.environment;
  const snapshot = await compiledSnapshot(context, values.catalog ?? context.defaults.catalogFolder, environment);
  if (snapshot === undefined) return undefined;
  const { catalog } = snapshot;
  const consumer = values.consumer;
  if (!catalog.consumers.has(consumer)) throw unknownConsumer(catalog, consumer);
  if (!catalog.interfaces.has(interfaceName)) {
    const hint = suggestion(interfaceName, catalog.interfaces.keys()) || '.';
    throw new UsageError(`There is no interface ${quoted(interfaceName)} in the catalog${hint}`);
  }
  const versions = snapshot.versions
    .filter((version) => version.interface.metadata.name === interfaceName)
    .filter((version) => major === undefined || version.major === Number(major))
    .sort((a, b) => b.major - a.major);
  for (const version of versions) {
    const granted = snapshot.operations
      .filter((plan) => plan.version === version)
      .flatMap((plan) => plan.granted.get(consumer) ?? []);
    if (granted.length === 0) continue;
    return consumerContract({
      contract: version.contract,
      serverUrl: `${context.defaults.publicUrl}${version.basePath}`,
      tokens: tokenSource(snapshot.catalog.consumers.get(consumer)?.document, context.defaults.tokenUrl),
      operations: granted.map(({ operation, selection, writable, grant }) => ({
        operation: asCalled(operation, version, grant.spec.filter),
        selection,
        writable,
        masks: grant.spec.masks ?? {},
      })),
    });
  }
  const granted = snapshot.operations
    .filter((plan) => plan.granted.has(consumer))
    .map(({ version }) => version.basePath.slice(1));
  const others = granted.length === 0 ? 'no interface' : [...new Set(granted)].join(', ');
  throw new UsageError(
    `No grant gives ${quoted(consumer)} anything of ${quoted(named)} in ${environment}; it may call ${others}.`,
  );
}

/**
 * The gateway's own credential is no parameter of the consumer's, whatever the vendor's document declares; what the
 * record filter says need not be said.
 */
function asCalled(declared: Operation, { environment, system }: VersionPlan, filter: GrantSpec['filter']): Operation {
  const operation = system.spec.type === 'http' ? filledByFilter(declared, filter) : declared;
  const parameters = operation.parameters.filter(
    (parameter) => !isCredentialParameter(environment.credential, parameter),
  );
  return { ...operation, parameters };
}

/** Of the embedded authorization server; where tokens of another issuer come from is not ours to say. */
function tokenSource(consumer: ConsumerDocument | undefined, tokenUrl: string): TokenSource {
  const own = (consumer?.spec.clients ?? []).filter(({ issuer }) => issuer === undefined);
  return {
    tokenUrl,
    authorizationUrl: tokenUrl.replace(/\/token$/, '/auth'),
    grantTypes: new Set(own.flatMap(({ grantTypes }) => grantTypes ?? ['client_credentials'])),
  };
}
