import type { Sourced } from '../catalog.ts';
import type { GrantDocument } from '../documents.ts';
import type { Fault } from '../fault.ts';
import { quoted } from '../quoted.ts';
import { pointerToken } from '../source-text.ts';
import { conditionsOf } from './grants.ts';
import { faultAt, type RuleInput, warningAt } from './rule.ts';

/** The Odoo protocols lead to an Odoo, and only there something is a copy of hidden fields. */
export function* protocolsLeadToOdoo({ catalog }: RuleInput): Iterable<Fault> {
  for (const { document, source } of catalog.grants.values()) {
    const { interface: granted, odoo, copies = {} } = document.spec;
    const name = catalog.interfaces.get(granted)?.document.spec.system ?? '';
    if (catalog.systems.get(name)?.document.spec.type !== 'http') continue;
    if (odoo !== undefined) {
      const message = `the system ${quoted(name)} is of type http, and no Odoo protocol leads there; delete "odoo"`;
      yield faultAt(source, '/spec/odoo', 'protocols-unsupported', message);
    }
    for (const field of Object.keys(copies)) {
      const message = `${quoted(field)} is no copy: the system ${quoted(name)} is no Odoo; delete the entry`;
      yield warningAt(source, `/spec/copies/${pointerToken(field)}`, 'copy-unknown', message);
    }
  }
}

/** Whoever opens the protocols says what the models are that calls may speak of. */
export function* openedModelsAreKnown({ catalog }: RuleInput): Iterable<Fault> {
  for (const { document, source } of openGrants(catalog)) {
    const { consumer, interface: granted } = document.spec;
    const name = catalog.interfaces.get(granted)?.document.spec.system ?? '';
    const environment = catalog.consumers.get(consumer)?.document.spec.environment ?? '';
    const version = catalog.systems.get(name)?.document.spec.environments[environment]?.odoo?.version;
    if (version === undefined) continue;
    const isKnown = [...catalog.odooModels.values()].some(
      ({ document: { spec } }) => spec.version === version && spec.systems.includes(name),
    );
    if (isKnown) continue;
    const message = `no OdooModels document knows the models of ${quoted(name)} in Odoo ${version}; add one, or delete "odoo"`;
    yield faultAt(source, '/spec/odoo', 'models-missing', message);
  }
}

/** An API key says who calls, and nothing of a user. */
export function* openFiltersNeedNoClaims({ catalog }: RuleInput): Iterable<Fault> {
  for (const { document, source } of openGrants(catalog)) {
    for (const [pointer, [, , value]] of conditionsOf(document.spec.filter ?? {})) {
      if (typeof value !== 'object' || value === null || !('claim' in value)) continue;
      const message = `an API key brings no claim ${quoted(value.claim)}; write the value itself, or delete "odoo"`;
      yield faultAt(source, `${pointer}/2`, 'claim-unavailable', message);
    }
  }
}

/** An API key opens nothing without a grant for the protocols, and such a grant is of no use without a key. */
export function* keysMeetProtocols({ catalog }: RuleInput): Iterable<Fault> {
  const open = new Set(openGrants(catalog).map(({ document }) => document.spec.consumer));
  for (const [name, { document, source }] of catalog.consumers) {
    if (open.has(name)) continue;
    for (const [index, { authentication }] of document.spec.clients.entries()) {
      if (authentication?.method !== 'api_key') continue;
      const message = `the API key opens nothing: no grant of ${quoted(name)} has "odoo"; add it to one, or delete the client`;
      yield warningAt(source, `/spec/clients/${index}/authentication`, 'api-key-unused', message);
    }
  }
  for (const { document, source } of openGrants(catalog)) {
    const clients = catalog.consumers.get(document.spec.consumer)?.document.spec.clients;
    if (clients === undefined || clients.some(({ authentication }) => authentication?.method === 'api_key')) continue;
    const message = `no client of ${quoted(document.spec.consumer)} has an API key to speak the Odoo protocols with; add one, or delete "odoo"`;
    yield warningAt(source, '/spec/odoo', 'api-key-missing', message);
  }
}

function openGrants({ grants }: RuleInput['catalog']): Sourced<GrantDocument>[] {
  return [...grants.values()].filter(({ document }) => document.spec.odoo !== undefined);
}
