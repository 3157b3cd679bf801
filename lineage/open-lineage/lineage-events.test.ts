import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { demoLandscape, subjectOf } from '../demo.fixture.ts';
import { observeLineage } from '../observe.ts';
import { traceLineage } from '../trace.ts';
import { DEMO_USAGE, memoryUsage, used } from '../usage.fixture.ts';
import type { Dataset, Facets, JobEvent, RunEvent } from './event.ts';
import { lineageEvents } from './lineage-events.ts';
import type { NamingStyle } from './naming.ts';

const SPEC = join(import.meta.dirname, '../golden/openlineage-spec');
const WINDOW = { from: '2026-08-27T00:00:00.000Z', to: '2026-11-25T00:00:00.000Z' };

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
for (const file of readdirSync(SPEC)) {
  if (file.endsWith('.json')) ajv.addSchema(JSON.parse(readFileSync(join(SPEC, file), 'utf8')));
}

function schemaAt(url: string): ValidateFunction {
  const validate = ajv.getSchema(url);
  assert.ok(validate !== undefined, `no schema ${url}`);
  return validate;
}

function mustHold(validate: ValidateFunction, value: unknown): void {
  assert.ok(validate(value), `${JSON.stringify(validate.errors)}\n${JSON.stringify(value).slice(0, 2000)}`);
}

type Event = JobEvent | RunEvent;

async function eventsOf(name: string, naming: NamingStyle = 'roles', rows = DEMO_USAGE): Promise<Event[]> {
  const landscape = await demoLandscape();
  const subject = subjectOf(landscape, name);
  const observed = await observeLineage(
    landscape,
    subject,
    traceLineage(landscape, subject),
    memoryUsage(rows),
    WINDOW,
  );
  const options = { naming, publicUrl: 'https://gw.example.com', version: '1.2.3', time: WINDOW.to };
  return [...lineageEvents(landscape, subject, observed, options)];
}

interface ColumnLineageFacet {
  readonly fields: Readonly<Record<string, { readonly inputFields: readonly Readonly<Record<string, unknown>>[] }>>;
  readonly dataset?: readonly unknown[];
}

function columnsOf({ facets }: Dataset): ColumnLineageFacet {
  assert.ok(facets?.columnLineage !== undefined);
  return facets.columnLineage as ColumnLineageFacet;
}

describe('events of OpenLineage', () => {
  const subjects = ['customer-master', 'account-self-service', 'bank-connect', 'care-desk', 'res.partner.phone', 'wms'];
  for (const naming of ['roles', 'addresses'] as const) {
    it(`follow the published schemas, and so does each facet, with names by ${naming}`, async () => {
      const seen = new Set<string>();
      let events = 0;
      for (const subject of subjects) {
        for (const event of await eventsOf(subject, naming)) {
          events += 1;
          mustHold(schemaAt('https://openlineage.io/spec/2-0-2/OpenLineage.json'), event);
          mustHold(schemaAt(event.schemaURL), event);
          for (const [at, told] of facetsOf(event)) {
            for (const [facet, content] of Object.entries(told)) {
              mustHold(schemaAt((content as { _schemaURL: string })._schemaURL), content);
              seen.add(`${at} ${facet}`);
            }
          }
        }
      }
      assert.ok(events > 40, String(events));
      assert.deepEqual([...seen].sort(), [
        'dataset columnLineage',
        'dataset datasetType',
        'dataset schema',
        'dataset tags',
        'dataset version',
        'input inputStatistics',
        'job documentation',
        'job jobType',
        'job ownership',
        'output outputStatistics',
        'run nominalTime',
      ]);
    });
  }

  it('are refused by the schemas when something is wrong with them', async () => {
    const [event] = await eventsOf('bank-connect');
    const validate = schemaAt('https://openlineage.io/spec/2-0-2/OpenLineage.json');
    for (const broken of [
      { ...event, eventTime: 'today' },
      { ...event, job: {} },
      { ...event, producer: 'no uri' },
    ]) {
      assert.equal(validate(broken), false);
    }
  });

  it('say of a masked field that it is masked, of any other that it is not', async () => {
    const events = await eventsOf('bank-connect');
    const answer = events.find(({ job }) => job.name === 'payment-status.v1/getPayment#consumer=bank-connect');
    const [view] = answer?.outputs ?? [];
    assert.ok(view !== undefined);
    assert.deepEqual(
      [view.namespace, view.name],
      ['api://gw.example.com', 'payment-status.v1/GET/payments/{id}#consumer=bank-connect'],
    );
    const columns = columnsOf(view).fields;
    const source = { namespace: 'odoo://odoo.production' };
    assert.deepEqual(columns['Payment.bankAccount'], {
      inputFields: [
        {
          ...source,
          name: 'res.partner.bank',
          field: 'display_name',
          transformations: [{ type: 'DIRECT', subtype: 'TRANSFORMATION', description: 'label, last-4', masking: true }],
        },
        {
          ...source,
          name: 'account.payment',
          field: 'partner_bank_id',
          transformations: [{ type: 'INDIRECT', subtype: 'JOIN', masking: false }],
        },
      ],
    });
    assert.deepEqual(columns['Payment.date'], {
      inputFields: [
        {
          ...source,
          name: 'account.payment',
          field: 'date',
          transformations: [{ type: 'DIRECT', subtype: 'IDENTITY', masking: false }],
        },
      ],
    });
  });

  it('say which fields decide about whole records', async () => {
    const [event] = await eventsOf('shopify-storefront');
    assert.ok(event?.outputs[0] !== undefined);
    const deciding = columnsOf(event.outputs[0]).dataset ?? [];
    const names = deciding.map((one) =>
      Object.values(one as object)
        .slice(1, 3)
        .join('.'),
    );
    assert.deepEqual(names.sort(), ['product.product.active', 'product.product.sale_ok', 'product.tag.name']);
  });

  it('turn the way round for what is written', async () => {
    const events = await eventsOf('carrier-hub');
    const booking = events.find(({ job }) => job.name.endsWith(';writes'));
    assert.deepEqual(
      booking?.inputs.map(({ name }) => name),
      ['shipment-booking.v2/PATCH/shipments/{id}#consumer=carrier-hub;body'],
    );
    assert.ok(booking?.outputs[0] !== undefined);
    assert.equal(booking.outputs[0].name, 'stock.picking');
    const { inputFields = [] } = columnsOf(booking.outputs[0]).fields.carrier_tracking_ref ?? {};
    assert.deepEqual(
      inputFields.map(({ field }) => field),
      ['Shipment.trackingReference'],
    );
  });

  it('declare an operation whole, whatever was asked for: what is declared replaces what was', async () => {
    const ofField = await eventsOf('payment-status:Payment.bankAccount', 'roles', []);
    const ofAll = (await eventsOf('payment-status', 'roles', [])).map((event) => JSON.stringify(event));
    assert.ok(ofField.length > 0 && ofField.length < ofAll.length);
    for (const event of ofField) assert.ok(ofAll.includes(JSON.stringify(event)), event.job.name);
  });

  it('tell what was seen as one run, the same run however often it is asked for', async () => {
    const runs = (await eventsOf('customer-master:Customer.email')).filter(
      (event): event is RunEvent => 'run' in event,
    );
    assert.deepEqual(
      runs.map(({ eventType, job, eventTime }) => [eventType, job.name, eventTime]),
      [
        ['START', 'customer-master.v1/listCustomers#consumer=salesforce-crm', WINDOW.from],
        ['COMPLETE', 'customer-master.v1/listCustomers#consumer=salesforce-crm', WINDOW.to],
        ['START', 'customer-master.v1/getCustomer#consumer=salesforce-crm', WINDOW.from],
        ['COMPLETE', 'customer-master.v1/getCustomer#consumer=salesforce-crm', WINDOW.to],
      ],
    );
    const [, list, , get] = runs;
    assert.ok(list?.outputs[0] !== undefined && get !== undefined);
    assert.deepEqual(Object.keys(columnsOf(list.outputs[0]).fields), ['Customer.email']);
    const { outputStatistics } = list.outputs[0].outputFacets ?? {};
    assert.deepEqual(
      { ...outputStatistics, _producer: '', _schemaURL: '' },
      { _producer: '', _schemaURL: '', rowCount: 100 },
    );
    assert.match(list.run.runId, /^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    assert.notEqual(list.run.runId, get.run.runId);
    const again = await eventsOf('customer-master:Customer.email');
    assert.deepEqual(again.slice(-4), runs);
  });

  it('leave out what no grant gives as the catalog stands', async () => {
    const rows = [used({ field: 'Customer.vat' }), used({ grant: 'gone' })];
    const events = await eventsOf('customer-master', 'roles', rows);
    assert.deepEqual(
      events.filter((event) => 'run' in event),
      [],
    );
  });
});

function facetsOf(event: Event): (readonly [at: string, told: Facets])[] {
  const datasets = [...event.inputs, ...event.outputs];
  return [
    ['job', event.job.facets] as const,
    ...('run' in event ? [['run', event.run.facets] as const] : []),
    ...datasets.map(({ facets = {} }) => ['dataset', facets] as const),
    ...datasets.map(({ inputFacets = {} }) => ['input', inputFacets] as const),
    ...datasets.map(({ outputFacets = {} }) => ['output', outputFacets] as const),
  ];
}
