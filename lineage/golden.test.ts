import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { demoLandscape, subjectOf } from './demo.fixture.ts';
import { mermaidText } from './mermaid.ts';
import { observeLineage } from './observe.ts';
import { lineageEvents } from './open-lineage/lineage-events.ts';
import { lineageText } from './text/lineage-text.ts';
import { traceLineage } from './trace.ts';
import { DEMO_USAGE, memoryUsage } from './usage.fixture.ts';

const WINDOW = { from: '2026-08-27T00:00:00.000Z', to: '2026-11-25T00:00:00.000Z' };
const EVENTS = { publicUrl: 'https://gw.distribution.example', version: '1.2.3', time: WINDOW.to };

/** What is asked of the demo company, how it is told, and where the expected text stands. */
const ASKED = [
  ['res.partner.name', 'text', 'place.txt'],
  ['customer-master:Customer.phone', 'text', 'field.txt'],
  ['customer-master:Customer.phone', 'observed', 'field-observed.txt'],
  ['shipment.trackingReference', 'text', 'canonical.txt'],
  ['stock.warehouse', 'text', 'model.txt'],
  ['bank-connect', 'text', 'consumer.txt'],
  ['salesforce-crm', 'observed', 'consumer-observed.txt'],
  ['product-availability', 'text', 'interface.txt'],
  ['customer-master', 'observed', 'interface-observed.txt'],
  ['pim', 'text', 'system.txt'],
  ['parcel-carrier', 'text', 'system-http.txt'],
  ['res.partner.phone', 'mermaid', 'place.mmd'],
  ['payment-status:Payment.bankAccount', 'mermaid', 'field.mmd'],
  ['payment-status:Payment.bankAccount', 'openlineage', 'field-openlineage.jsonl'],
  ['carrier-hub', 'openlineage', 'consumer-openlineage.jsonl'],
  ['care-desk', 'openlineage by addresses', 'consumer-openlineage-addresses.jsonl'],
] as const;

async function told(name: string, form: (typeof ASKED)[number][1]): Promise<string> {
  const landscape = await demoLandscape();
  const subject = subjectOf(landscape, name);
  const graph = traceLineage(landscape, subject);
  const observe = () => observeLineage(landscape, subject, graph, memoryUsage(DEMO_USAGE), WINDOW);
  switch (form) {
    case 'text':
      return lineageText({ landscape, subject, graph, observed: undefined });
    case 'observed': {
      const observed = await observe();
      return lineageText({ landscape, subject, graph: observed.graph, observed });
    }
    case 'mermaid':
      return mermaidText(graph);
    case 'openlineage':
    case 'openlineage by addresses': {
      const naming = form === 'openlineage' ? ('roles' as const) : ('addresses' as const);
      const events = lineageEvents(landscape, subject, await observe(), { ...EVENTS, naming });
      return [...events].map((event) => JSON.stringify(event)).join('\n');
    }
  }
}

describe('the lineage of the demo company', () => {
  for (const [name, form, file] of ASKED) {
    it(`is told of ${name} as ${form}`, async () => {
      const golden = await readFile(join(import.meta.dirname, 'golden', file), 'utf8');
      assert.equal(`${await told(name, form)}\n`, golden);
    });
  }

  it('does not depend on the order in which things were read', async () => {
    const landscape = await demoLandscape();
    const again = await demoLandscape();
    for (const version of [...again.versions].reverse()) again.fieldsOf(version);
    for (const [name] of ASKED) {
      const graphs = [landscape, again].map((one) => traceLineage(one, subjectOf(one, name)));
      assert.deepEqual(graphs[0], graphs[1], name);
    }
  });
});
