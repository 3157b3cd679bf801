import { type House, type HouseOptions, openHouse } from './house.fixture.ts';

/** The key with which the old integration knows itself at the gateway. */
export const KEY = '5e0f6c1b9a7d4e2f8c3b1a0d9e8f7c6b5a4d3e2f';
export const LOGIN = 'old-integration';
export const DATABASE = 'distribution';

const CONSUMERS = `
---
apiVersion: portcullis/v1
kind: Consumer
metadata: { name: old-integration }
spec:
  owner: crm-platform
  environment: production
  clients:
    - id: old-integration
      authentication: { method: api_key, secret: { env: OLD_INTEGRATION_KEY } }
---
apiVersion: portcullis/v1
kind: Consumer
metadata: { name: switched-off }
spec:
  owner: crm-platform
  environment: production
  status: disabled
  clients:
    - id: switched-off
      authentication: { method: api_key, secret: { env: SWITCHED_OFF_KEY } }
`;

const GRANTS = `
---
apiVersion: portcullis/v1
kind: Grant
metadata: { name: old-integration-customers }
spec:
  consumer: old-integration
  interface: partners
  major: 1
  plan: old-integration
  purpose: Keep the names of customers in step
  until: "2030-12-31"
  operations: [listCustomers, getCustomer, updateCustomer]
  read:
    Customer: [id, name, countryId, country]
  write:
    Customer: [name]
  filter:
    Customer:
      - [customerRank, ">", 0]
      - [companyId, in, [null, 1]]
  odoo: {}
  approvals:
    - { by: head-of-sales-operations, role: data-owner, at: "2026-10-05" }
`;

const SYSTEM = `
---
apiVersion: portcullis/v1
kind: System
metadata: { name: odoo-partners }
spec:
  type: odoo
  owner: erp-platform
  environments:
    production:
ENVIRONMENT
`;

const INTERFACE = `
---
apiVersion: portcullis/v1
kind: Interface
metadata: { name: partners }
spec:
  system: odoo-partners
  owners: { business: sales-operations, technical: erp-platform, steward: customer-data }
  support: { contact: erp-platform }
  objective: { availabilityPercent: 99, p95Ms: 500 }
  runbook: https://runbooks.distribution.example/partners
  criticality: medium
  mode: real-time
  staleIfErrorSeconds: 600
  versions:
    - { version: "1.2", document: customer-master-1.2.yaml, lifecycle: production }
`;

const PLANS = `
---
apiVersion: portcullis/v1
kind: Plan
metadata: { name: old-integration }
spec:
  rate: { perSecond: 200, burst: 400 }
`;

const MODELS = `
---
apiVersion: portcullis/v1
kind: OdooModels
metadata: { name: models }
spec:
  systems: [odoo-partners]
  version: VERSION
  readAt: "2026-11-25"
  models:
    res.partner:
      order: complete_name ASC, id DESC
      recordName: complete_name
      searchNames: [complete_name, email, ref, vat]
      parent: parent_id
      fields:
        name: { type: char }
        complete_name: { type: char, depends: [name, parent_id] }
        display_name: { type: char, stored: false, depends: [complete_name] }
        active: { type: boolean }
        email: { type: char }
        ref: { type: char }
        vat: { type: char }
        comment: { type: html }
        credit_limit: { type: float, companyDependent: true }
        customer_rank: { type: integer }
        write_date: { type: datetime }
        parent_id: { type: many2one, relation: res.partner }
        country_id: { type: many2one, relation: res.country }
        company_id: { type: many2one, relation: res.company }
    res.country:
      order: name
      recordName: name
      fields:
        name: { type: char }
        code: { type: char }
    res.company:
      order: sequence, name
      recordName: name
      fields:
        name: { type: char }
    res.users:
      order: name, login
      recordName: name
      fields:
        login: { type: char }
`;

export interface ProtocolHouseOptions extends HouseOptions {
  /** Put in the place of the integration's plan. */
  readonly plan?: string;
  /** Changes the integration's grant. */
  readonly grant?: (text: string) => string;
  /** No grant opens the protocols: neither the integration's nor the demo's own. */
  readonly isShut?: boolean;
}

/** The demo company with an integration that speaks Odoo's own protocols. */
export function openProtocolHouse({
  plan = PLANS,
  grant = (text) => text,
  isShut = false,
  ...options
}: ProtocolHouseOptions = {}): Promise<House> {
  const shut = (text: string): string => (isShut ? text.replaceAll('  odoo: {}\n', '') : text);
  const models = MODELS.replace('VERSION', String(options.odooVersion ?? 19));
  return openHouse({
    ...options,
    edit: {
      ...options.edit,
      'consumers.yaml': (text) => text + CONSUMERS,
      'plans.yaml': (text) => text + plan,
      'systems.yaml': (text) => text + SYSTEM.replace('ENVIRONMENT', environmentOf(text)) + models,
      'customer-master/interface.yaml': (text) => text + INTERFACE,
      'customer-master/grants.yaml': (text) => shut(text + grant(GRANTS)),
    },
    variables: {
      OLD_INTEGRATION_KEY: KEY,
      SWITCHED_OFF_KEY: 'switched-off-key-1234567890',
      ...options.variables,
    },
  });
}

/** The address and credential of the demo's Odoo, as they stand in its system. */
function environmentOf(systems: string): string {
  const [, lines = ''] = /production:\n((?: {6}.*\n)+)/.exec(systems) ?? [];
  return lines;
}
