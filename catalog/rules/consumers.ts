import { isIP } from 'node:net';
import type { ClientSpec, ConsumerSpec } from '../documents.ts';
import type { Fault } from '../fault.ts';
import { quoted } from '../quoted.ts';
import { faultAt, type RuleInput } from './rule.ts';

/** Members of a JWK that are no one else's business (RFC 7518 §6.2.2, §6.3.2, §6.4.1). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** One client id of one issuer belongs to one consumer per environment. */
export function* clientsAreUnique({ catalog }: RuleInput): Iterable<Fault> {
  const owners = new Map<string, string>();
  for (const [name, { document, source }] of catalog.consumers) {
    for (const [index, { id, issuer }] of document.spec.clients.entries()) {
      if (id === '') continue;
      const key = JSON.stringify([document.spec.environment, issuer ?? '', id]);
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, name);
      else {
        const message = `the client ${quoted(id)} belongs to the consumer ${quoted(owner)} already; give each its own`;
        yield faultAt(source, `/spec/clients/${index}/id`, 'client-taken', message);
      }
    }
  }
}

/** How a client proves itself fits to where it does so and to what it may ask for. */
export function* clientsAreSound({ catalog }: RuleInput): Iterable<Fault> {
  for (const { document, source } of catalog.consumers.values()) {
    for (const [index, client] of document.spec.clients.entries()) {
      const pointer = `/spec/clients/${index}`;
      const { authentication, grantTypes = ['client_credentials'], issuer, redirectUris = [] } = client;
      const invalid = (place: string, message: string) => faultAt(source, place, 'client-invalid', message);
      if (issuer !== undefined && authentication !== undefined) {
        yield invalid(`${pointer}/authentication`, 'an external issuer authenticates its clients itself; delete this');
      } else if (issuer === undefined && authentication === undefined) {
        yield invalid(pointer, 'a client of the embedded authorization server needs "authentication"; add it');
      }
      if (authentication?.method === 'api_key') {
        yield* wrongKeyClient(client, document.spec, invalid, pointer);
        continue;
      }
      if (authentication?.method === 'none' && grantTypes.includes('client_credentials')) {
        yield invalid(
          `${pointer}/authentication`,
          'a client without a credential cannot use client_credentials; give it a secret or keys, or grantTypes: [authorization_code]',
        );
      }
      if (issuer === undefined && grantTypes.includes('authorization_code') && redirectUris.length === 0) {
        yield invalid(pointer, 'authorization_code needs "redirectUris"; add at least one');
      }
    }
  }
}

/** An API key asks for no tokens, and whoever has it can use it. */
function* wrongKeyClient(
  client: ClientSpec,
  { tokenBinding = 'none' }: ConsumerSpec,
  invalid: (place: string, message: string) => Fault,
  pointer: string,
): Iterable<Fault> {
  for (const member of ['grantTypes', 'redirectUris', 'tokenLifetimeSeconds'] as const) {
    if (client[member] === undefined) continue;
    yield invalid(`${pointer}/${member}`, `a client with an API key gets no tokens; delete "${member}"`);
  }
  if (tokenBinding === 'none') return;
  const mend = 'give the key to a consumer of its own, or leave "tokenBinding" out';
  yield invalid(`${pointer}/authentication`, `an API key cannot be bound as "tokenBinding" demands; ${mend}`);
}

/** Key sets in documents hold public keys only: a secret is never written down. */
export function* keysArePublic({ catalog }: RuleInput): Iterable<Fault> {
  for (const { document, source } of catalog.consumers.values()) {
    for (const [index, { authentication }] of document.spec.clients.entries()) {
      if (authentication?.method !== 'private_key_jwt') continue;
      for (const [place, key] of authentication.jwks.keys.entries()) {
        const member = PRIVATE_MEMBERS.find((name) => name in key);
        if (member === undefined) continue;
        const pointer = `/spec/clients/${index}/authentication/jwks/keys/${place}/${member}`;
        yield faultAt(
          source,
          pointer,
          'secret-in-document',
          'this is a private key; replace it, and write only its public part',
        );
      }
    }
  }
}

/** Networks are written as CIDR: address, slash, length of the prefix. */
export function* networksAreSound({ catalog }: RuleInput): Iterable<Fault> {
  for (const { document, source } of catalog.consumers.values()) {
    for (const [index, network] of (document.spec.networks ?? []).entries()) {
      if (network === '' || isNetwork(network)) continue;
      const message = `${quoted(network)} is no network; write address/prefix, such as 192.0.2.0/24 or 2001:db8::/32`;
      yield faultAt(source, `/spec/networks/${index}`, 'network-invalid', message);
    }
  }
}

function isNetwork(text: string): boolean {
  const [address = '', prefix = '', rest] = text.split('/');
  const version = address.includes('%') ? 0 : isIP(address);
  return (
    rest === undefined && version !== 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128)
  );
}
