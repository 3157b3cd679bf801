import { ImpossibleGrant } from '../../catalog/impossible-grant.ts';
import { quoted } from '../../catalog/quoted.ts';
import type { FrontInput, FrontMaker } from '../../gateway/front.ts';
import type { GrantedOperation } from '../../gateway/plan.ts';
import type { KeyRing, ReadSecret } from '../../gateway/secrets.ts';
import type { ClientPool } from '../client-pool.ts';
import { nameFor } from '../odoo-name.ts';
import { readApiKeys } from './api-keys.ts';
import { callSender } from './execute-call.ts';
import { OdooFront } from './odoo-front.ts';
import type { OpenedDatabase, OpenedOperation } from './opened-database.ts';
import { SessionSeal } from './session-seal.ts';

export interface OdooFrontDependencies {
  readonly clients: ClientPool;
  readonly keys: KeyRing;
  readonly readSecret: ReadSecret;
  /** Whether clients reach the gateway over TLS. */
  readonly isSecure: () => boolean;
}

const READS: ReadonlySet<OpenedOperation['call']> = new Set(['list', 'get']);

/** Opens Odoo's own protocols to the consumers whose grants say so (`spec.odoo`), for what these grants allow. */
export function odooFront(dependencies: OdooFrontDependencies): FrontMaker {
  const { keys, readSecret, isSecure } = dependencies;
  const sessions = new SessionSeal(keys.key('odoo-sessions'));
  return {
    opens: ({ spec }) => spec.odoo !== undefined,
    prepare(input) {
      const { catalog, environment } = input;
      const apiKeys = readApiKeys(catalog, environment, keys.key('odoo-api-keys'), readSecret, input.fault);
      const consumers = new Map<string, Map<string, OpenedDatabase>>();
      for (const operations of byDatabase(input, dependencies)) {
        const [first] = operations;
        if (first === undefined) continue;
        const database = openDatabase(input, operations, dependencies);
        if (database === undefined) continue;
        const consumer = first.granted.consumer.metadata.name;
        const own = consumers.get(consumer) ?? new Map<string, OpenedDatabase>();
        consumers.set(consumer, own.set(database.name, database));
      }
      return new OdooFront({ keys: apiKeys, sessions, consumers, isSecure });
    },
  };
}

/** The operations of each consumer on each database. */
function byDatabase(input: FrontInput, dependencies: OdooFrontDependencies): OpenedOperation[][] {
  const groups = new Map<string, OpenedOperation[]>();
  for (const granted of input.granted) {
    try {
      const opened = openOperation(input, granted, dependencies);
      const database = granted.version.environment.odoo?.database;
      if (opened === undefined || database === undefined) continue;
      const key = JSON.stringify([granted.consumer.metadata.name, database]);
      const group = groups.get(key) ?? [];
      demandSameServer(group[0]?.granted ?? granted, granted);
      groups.set(key, [...group, opened]);
    } catch (error) {
      input.impossible(granted, error);
    }
  }
  return [...groups.values()];
}

/** Undefined for an operation that this version of Odoo has no place for: REST has already told of it. */
function openOperation(
  input: FrontInput,
  granted: GrantedOperation,
  { clients }: OdooFrontDependencies,
): OpenedOperation | undefined {
  const { environment, system } = granted.version;
  const { odoo } = granted.operation.annotation;
  if (system.spec.type !== 'odoo' || environment.odoo === undefined || odoo === undefined) {
    const message = `opens Odoo's protocols on ${quoted(system.metadata.name)}, which is no Odoo; leave odoo out`;
    throw new ImpossibleGrant(message, '/spec/odoo');
  }
  const major = environment.odoo.version;
  const model = nameFor(odoo.model, major);
  const action = odoo.method === undefined ? undefined : (nameFor(odoo.method, major) ?? undefined);
  if (model === null) return undefined;
  const { client } = clients.clientOf(environment);
  const served = input.serve(granted, callSender(client, environment), READS.has(odoo.call));
  return { granted: served, model, call: odoo.call, action };
}

/** A client names a database and nothing else: one name must not mean two. */
function demandSameServer(one: GrantedOperation, other: GrantedOperation): void {
  const [a, b] = [one.version.environment, other.version.environment];
  if (a.url === b.url && a.odoo?.version === b.odoo?.version) return;
  const message = `opens the database ${quoted(b.odoo?.database ?? '')} at another address or in another version than ${quoted(one.grant.metadata.name)} does; give one of them another name, or open one only`;
  throw new ImpossibleGrant(message, '/spec/odoo');
}

function openDatabase(
  input: FrontInput,
  operations: readonly OpenedOperation[],
  dependencies: OdooFrontDependencies,
): OpenedDatabase | undefined {
  return undefined;
}
