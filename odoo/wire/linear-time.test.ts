import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { workCounter } from './count-work.fixture.ts';

// Loaded after the counter: code that was ready before is not counted in full.
const counter = await workCounter();
const { readJson } = await import('./read-json.ts');
const { readXmlCall } = await import('./read-xml.ts');
const { WireError } = await import('./wire-error.ts');

type Shape = (n: number) => string;

const JSON_SHAPES: readonly Shape[] = [
  (n) => '['.repeat(n),
  (n) => `[${'1,'.repeat(n)}1]`,
  (n) => `"${'\\"'.repeat(n)}"`,
  (n) => `"${'\\"'.repeat(n)}`,
  (n) => `[${'"\\n",'.repeat(n)}1]`,
  (n) => `{${Array.from({ length: n }, (_, i) => `"k${i}":${i}.5`).join()}}`,
  (n) => `{${Array.from({ length: n }, (_, i) => `"${i * 7919}":0`).join()}}`,
  (n) => '9'.repeat(n),
  (n) => `1.${'9'.repeat(n)}`,
  (n) => `1e${'9'.repeat(n)}`,
  (n) => '-'.repeat(n),
  (n) => `${' '.repeat(n)}1`,
  (n) => `[${'1.0,'.repeat(n)}1]`,
  (n) => `[${'12345678901234567890,'.repeat(n)}1]`,
  (n) => `"${'é'.repeat(n)}"`,
];

const around = (value: string) =>
  `<methodCall><methodName>m</methodName><params><param>${value}</param></params></methodCall>`;
const text = (inside: string) => around(`<value><string>${inside}</string></value>`);

const XML_SHAPES: readonly Shape[] = [
  (n) => '<'.repeat(n),
  (n) => '<!--'.repeat(n),
  (n) => text('<!---->'.repeat(n)),
  (n) => text('<!--'.repeat(n)),
  (n) => text('<![CDATA['.repeat(n)),
  (n) => text('<![CDATA[]]>'.repeat(n)),
  (n) => text('&lt;'.repeat(n)),
  (n) => text('&'.repeat(n)),
  (n) => text('&#0000000'.repeat(n)),
  (n) => text('\r\n'.repeat(n)),
  (n) => text('] ]> '.repeat(n)),
  (n) => around(`<value><double>${'9'.repeat(n)}</double></value>`),
  (n) => around(`<value><base64>${'aaaa '.repeat(n)}</base64></value>`),
  (n) => around(`<value><array><data>${'<value>x</value>'.repeat(n)}</data></array></value>`),
  (n) => around(`<value><array>${' '.repeat(n)}<data/></array></value>`),
  (n) => around('<value><array><data>'.repeat(n)),
  (n) => around(`<value><${'a'.repeat(n)}/></value>`),
  (n) => around(`<value ${'xmlns="" '.repeat(n)}/>`),
  (n) => `<?xml version="1.0"${' '.repeat(n)}`,
  (n) => `<?xml version="1.0"?>${'<?x?>'.repeat(n)}`,
  (n) => {
    const member = (_: unknown, i: number) => `<member><name>${i * 7919}</name><value/></member>`;
    return around(`<value><struct>${Array.from({ length: n }, member).join('')}</struct></value>`);
  },
];

const FILES = /\/wire\/(?:read-json|read-xml|xml-scanner)\.ts$/;

function work(read: (body: Buffer) => unknown, body: Buffer): Promise<number> {
  return counter.count(FILES, () => {
    try {
      read(body);
    } catch (error) {
      assert.ok(error instanceof WireError);
    }
  });
}

describe('twice the bytes are twice the work, at most', () => {
  for (const [name, read, shapes] of [
    ['JSON', readJson, JSON_SHAPES],
    ['XML', readXmlCall, XML_SHAPES],
  ] as const) {
    test(name, async () => {
      for (const shape of shapes) {
        const [small, large] = [Buffer.from(shape(1500)), Buffer.from(shape(3000))];
        const [once, twice] = [await work(read, small), await work(read, large)];
        const most = 1.03 * once * (large.length / small.length) + 200;
        assert.ok(once > 5 && twice <= most, `${shape(3)}: ${once} becomes ${twice}`);
      }
    });
  }

  after(() => counter.close());
});
