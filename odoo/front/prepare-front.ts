import { ImpossibleGrant } from '../../catalog/impossible-grant.ts';
import { quoted } from '../../catalog/quoted.ts';
import type { FrontInput, FrontMaker } from '../../gateway/front.ts';
import type { GrantedOperation } from '../../gateway/plan.ts';
import type { KeyRing, ReadSecret } from '../../gateway/secrets.ts';
import { bindRules } from '../access/bind-rules.ts';
import { type AccessParts, databaseAccess } from '../access/database-access.ts';
import { openedOperation } from '../access/opened-operation.ts';
import type { ClientPool } from '../client-pool.ts';
import { findKnowledge } from '../find-knowledge.ts';
import { readApiKeys } from './api-keys.ts';
import { callSender } from './execute-call.ts';
import { OdooFront } from './odoo-front.ts';
import { type Opened, OpenedDatabase, type ServedOperation } from './opened-database.ts';
import { SessionSeal } from './session-seal.ts';

export interface OdooFrontDependencies {
  readonly clients: ClientPool;
  readonly keys: KeyRing;
  readonly readSecret: ReadSecret;
  /** Masks of a consumer, by name. */
  readonly masksOf: (consumer: string) => AccessParts['maskOf'];
  /** Whether clients reach the gateway over TLS. */
  readonly isSecure: () => boolean;
}

type Operations = readonly ServedOperation[];

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
        const consumer = operations[0]?.granted.consumer.metadata.name ?? '';
        const database = openDatabase(input, operations, dependencies.masksOf(consumer));
        if (database === undefined) continue;
        const own = consumers.get(consumer) ?? new Map<string, OpenedDatabase>();
        consumers.set(consumer, own.set(database.name, database));
      }
      return new OdooFront({ keys: apiKeys, sessions, consumers, isSecure });
    },
  };
}

/** The operations of each consumer on each database; no group is empty. */
function byDatabase(input: FrontInput, dependencies: OdooFrontDependencies): Operations[] {
  const groups = new Map<string, ServedOperation[]>();
  for (const granted of input.granted) {
    try {
      const served = serveOperation(input, granted, dependencies);
      if (served === undefined) continue;
      const database = granted.version.environment.odoo?.database;
      const key = JSON.stringify([granted.consumer.metadata.name, database]);
      const group = groups.get(key) ?? [];
      demandSameServer(group[0]?.granted ?? granted, granted);
      groups.set(key, [...group, served]);
    } catch (error) {
      input.impossible(granted, error);
    }
  }
  return [...groups.values()];
}

/** Undefined for an operation that this version of Odoo has no place for: REST has told of it. */
function serveOperation(
  input: FrontInput,
  granted: GrantedOperation,
  { clients }: OdooFrontDependencies,
): ServedOperation | undefined {
  const { environment, system } = granted.version;
  if (environment.odoo === undefined) {
    const message = `opens Odoo's protocols on ${quoted(system.metadata.name)}, which is no Odoo; leave odoo out`;
    throw new ImpossibleGrant(message, '/spec/odoo');
  }
  const opened = openedOperation(granted, environment.odoo.version);
  if (opened === undefined) return undefined;
  const { client } = clients.clientOf(environment);
  const served = input.serve(granted, callSender(client, environment.timeoutMs), opened.kind === 'read');
  return { granted: served, model: opened.model, call: opened.odoo.call, method: opened.method };
}

/** A client names a database and nothing else: one name must not mean two. */
function demandSameServer(one: GrantedOperation, other: GrantedOperation): void {
  const [a, b] = [one.version.environment, other.version.environment];
  if (a.url === b.url && a.odoo?.version === b.odoo?.version) return;
  const message = `opens the database ${quoted(b.odoo?.database ?? '')} at another address or in another version than ${quoted(one.grant.metadata.name)} does; open one of them only`;
  throw new ImpossibleGrant(message, '/spec/odoo');
}

function openDatabase(
  input: FrontInput,
  operations: Operations,
  maskOf: AccessParts['maskOf'],
): OpenedDatabase | undefined {
  const open = (some: Operations): Opened => openTo(input, some, maskOf);
  let isSound = true;
  const attempt = <T>(granted: GrantedOperation, work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      isSound = false;
      input.impossible(granted, error);
      return undefined;
    }
  };
  // Each grant for itself first: what is wrong with one of them is told at that one.
  for (const own of Map.groupBy(operations, ({ granted }) => granted.grant).values()) {
    const [first] = own;
    if (first !== undefined) attempt(first.granted, () => open(own));
  }
  const granted = operations.at(-1)?.granted;
  const odoo = granted?.version.environment.odoo;
  if (!isSound || granted === undefined || odoo === undefined) return undefined;
  const binding = { name: odoo.database, major: odoo.version };
  return attempt(granted, () => new OpenedDatabase(binding, operations, open));
}

function openTo({ catalog }: FrontInput, operations: Operations, maskOf: AccessParts['maskOf']): Opened {
  const places = operations.map(({ granted }) => granted);
  const [first] = places;
  const odoo = first?.version.environment.odoo;
  const system = first?.version.system.metadata.name ?? '';
  const knowledge = odoo === undefined ? undefined : findKnowledge(catalog, system, odoo.version);
  if (knowledge === undefined) {
    const message = `opens Odoo's protocols, but no OdooModels document says what is known of ${quoted(system)}; add one`;
    throw new ImpossibleGrant(message, '/spec/odoo');
  }
  return {
    access: databaseAccess(places, knowledge, { maskOf }),
    bindRules: bindRules(places, knowledge),
  };
}
