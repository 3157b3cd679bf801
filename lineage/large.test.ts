import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { subjectOf } from './demo.fixture.ts';
import { Landscape } from './landscape.ts';
import { largeCompany } from './large.fixture.ts';
import { lineageEvents } from './open-lineage/lineage-events.ts';
import { lineageText } from './text/lineage-text.ts';
import { traceLineage } from './trace.ts';

const SIZE = { interfaces: 300, fields: 30, consumers: 200 };
/** Ten interfaces speak of each model. */
const PER_MODEL = 10;
const MB = 1_000_000;

describe('lineage in a large company (300 interfaces × 30 fields × 200 consumers)', () => {
  let landscape: Landscape;
  before(() => {
    landscape = new Landscape(largeCompany(SIZE));
  });

  it('of one field of the system holds what goes through it, and no more', () => {
    const { nodes, edges } = traceLineage(landscape, subjectOf(landscape, 'x.model3.field_7'));
    const kinds = Object.fromEntries(
      [...Map.groupBy(nodes, ({ kind }) => kind)].map(([kind, own]) => [kind, own.length]),
    );
    assert.deepEqual(kinds, {
      place: 1,
      canonical: PER_MODEL,
      field: PER_MODEL,
      grant: PER_MODEL * SIZE.consumers,
      consumer: SIZE.consumers,
    });
    // place → canonical → field, then for each grant field → grant → consumer.
    assert.equal(edges.length, 2 * PER_MODEL + 2 * PER_MODEL * SIZE.consumers);
  });

  it('of one field of a contract holds its readers, and all who write the same place', () => {
    const { nodes } = traceLineage(landscape, subjectOf(landscape, 'interface-5:Record.field3'));
    assert.equal(nodes.filter(({ kind }) => kind === 'field').length, PER_MODEL);
    assert.equal(nodes.filter(({ kind }) => kind === 'grant').length, PER_MODEL * SIZE.consumers);
  });

  it('keeps nothing of its answers', () => {
    const ask = (name: string): void => {
      const subject = subjectOf(landscape, name);
      const graph = traceLineage(landscape, subject);
      assert.ok(lineageText({ landscape, subject, graph, observed: undefined }).length > 1000);
    };
    ask('x.model0.field_0');
    const before = heapUsed();
    for (let index = 0; index < 25; index += 1) ask(`x.model${index}.field_${index}`);
    assert.ok(heapUsed() - before < 20 * MB, `${Math.round((heapUsed() - before) / MB)} MB more`);
  });

  it('makes events one at a time', () => {
    const subject = subjectOf(landscape, 'erp');
    const options = {
      naming: 'roles' as const,
      publicUrl: 'https://gw.example.com',
      version: '1',
      time: '2026-11-25T00:00:00Z',
    };
    let seen = 0;
    // What contracts declare is read once and kept.
    for (const version of landscape.versions) landscape.fieldsOf(version);
    const before = heapUsed();
    for (const event of lineageEvents(landscape, subject, undefined, options)) {
      assert.ok(event.outputs.length > 0);
      seen += 1;
      if (seen === 20_000) break;
    }
    assert.equal(seen, 20_000);
    assert.ok(heapUsed() - before < 20 * MB, `${Math.round((heapUsed() - before) / MB)} MB more`);
  });
});

/** What is held, without what is only not yet thrown away. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
