import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runCommand } from '../admin/commands/command-run.fixture.ts';
import { demoData, demoUsers } from '../examples/stand-in-odoo/demo-data/demo-data.ts';
import { type StandIn, startStandInOdoo } from '../examples/stand-in-odoo/start.ts';
import { PROBLEM_CODES, problemStatus } from '../gateway/problems.ts';
import { FINDING_CODES } from '../lineage/findings/finding.ts';
import { type Portcullis, startPortcullis } from '../main.ts';
import { readSettings } from '../settings.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** First cells of all table rows that are written as code, with the cell after them. */
function tableRows(manual: string): (readonly [code: string, next: string])[] {
  return [...manual.matchAll(/^\| `([\w-]+)` \| ([^|]*) \|/gm)].map(
    ([, code = '', next = '']) => [code, next.trim()] as const,
  );
}

function noTwice(codes: readonly string[]): void {
  assert.deepEqual([...new Set(codes)].sort(), [...codes].sort(), 'a code stands twice');
}

describe('docs/settings.md', () => {
  it('lists every setting that the sources read, and no other', () => {
    const sources = [
      'settings.ts',
      ...sourceFiles('assembly'),
      'main.ts',
      'examples/distribution/demo.ts',
      'examples/distribution/company.ts',
    ];
    const named = new Set(sources.flatMap((path) => read(path).match(/\bPORTCULLIS_[A-Z_]*[A-Z]\b/g) ?? []));
    assert.ok(named.size > 20);
    const rows = tableRows(read('docs/settings.md'))
      .map(([code]) => code)
      .filter((code) => code.startsWith('PORTCULLIS_'));
    noTwice(rows);
    assert.deepEqual(rows.sort(), [...named].sort());
  });
});

describe('docs/operating.md', () => {
  it('lists every metric, and no other', () => {
    const sources = sourceFiles('gateway/telemetry').map(read).join('\n');
    const named = new Set(sources.match(/\bportcullis_\w+/g) ?? []);
    const rows = tableRows(read('docs/operating.md')).map(([metric]) => metric);
    noTwice(rows);
    assert.deepEqual(rows.sort(), [...named].sort());
  });
});

describe('docs/problems.md', () => {
  it('lists every problem with its status, and no other', () => {
    const codes: ReadonlySet<string> = new Set(PROBLEM_CODES);
    const rows = tableRows(read('docs/problems.md')).filter(([, next]) => /^\d{3}$/.test(next));
    noTwice(rows.map(([code]) => code));
    assert.deepEqual(rows.map(([code]) => code).sort(), [...codes].sort());
    for (const code of PROBLEM_CODES) {
      assert.deepEqual(rows.find(([row]) => row === code)?.[1], String(problemStatus(code)), code);
    }
  });
});

/** Words in the form of a fault code that mean something else in the sources that tell faults. */
const NO_FAULTS = new Set([
  ...['ajv-formats', 'openapi-typescript', 'utf-8', 'in-force', 'last-good', 'content-type', 'idempotency-key'],
  ...['data-owner', 'security-officer', 'last-4', 'real-time', 'free-text', 'tax-id'],
  ...['x-portcullis', 'x-nullable', 'x-query', 'too-complex', 'date-time'],
]);
const FAULT_SOURCES = [
  'catalog',
  'catalog/rules',
  'openapi',
  'odoo/access/check-access.ts',
  'odoo/access/check-borders.ts',
  'odoo/access/check-fields.ts',
  'odoo/taint/check-copies.ts',
  'gateway/compile.ts',
  'gateway/impossible-grants.ts',
  'gateway/reload.ts',
  'odoo/front/api-keys.ts',
];

function sourceFiles(path: string): string[] {
  if (path.endsWith('.ts')) return [path];
  return readdirSync(join(ROOT, path))
    .filter((name) => name.endsWith('.ts') && !/\.(?:test|fixture)\.ts$/.test(name))
    .map((name) => `${path}/${name}`);
}

/** Every text in the form of a code, and what `refer` of the rules about references makes of its kinds. */
function faultCodes(): Set<string> {
  const texts = FAULT_SOURCES.flatMap(sourceFiles).map(read);
  const codes = new Set(texts.flatMap((text) => text.match(/(?<=')[a-z0-9]+(?:-[a-z0-9]+)+(?=')/g) ?? []));
  for (const text of texts) {
    if (!text.includes('-unknown`')) continue;
    for (const [, kind] of text.matchAll(/refer\([^']*'([a-z]+)'/g)) codes.add(`${kind}-unknown`);
  }
  for (const word of NO_FAULTS) {
    assert.ok(codes.delete(word), `${word} is said to be no fault code, but no source has it: take it off the list`);
  }
  return codes;
}

describe('docs/faults.md', () => {
  it('lists every fault that loading and checking can tell, and no other', () => {
    const rows = tableRows(read('docs/faults.md')).map(([code]) => code);
    noTwice(rows);
    assert.deepEqual(rows.sort(), [...faultCodes()].sort());
  });

  it('knows the codes of the faulty catalog', () => {
    const rows = new Set(tableRows(read('docs/faults.md')).map(([code]) => code));
    const golden = [...read('catalog/golden/faulty.txt').matchAll(/^\S+:\d+:\d+ ([a-z-]+)/gm)];
    assert.ok(golden.length > 20);
    for (const [line, code = ''] of golden) assert.ok(rows.has(code), line);
  });
});

describe('docs/lineage.md', () => {
  const manual = read('docs/lineage.md');

  it('lists every finding, and no other', () => {
    const rows = tableRows(manual).filter(([, next]) => next === 'warning' || next === 'note');
    assert.deepEqual(rows.map(([code]) => code).sort(), [...FINDING_CODES].sort());
  });

  it('shows what the commands really print', async (t) => {
    // Grants of the example end one by one.
    t.mock.timers.enable({ apis: ['Date'], now: Date.parse('2026-11-25T12:00:00Z') });
    const shown = [
      ...manual.matchAll(/```sh\nnpm run -s portcullis -- ([^\n]+)\n```\n\n```(?:text|mermaid)\n(.*?)\n```/gs),
    ];
    assert.equal(shown.length, 3);
    for (const [, line = '', printed = ''] of shown) {
      const { out } = await runCommand([...line.split(' '), '--catalog', join(ROOT, 'examples/distribution/catalog')]);
      assert.equal(printed, out.trimEnd(), line);
    }
  });
});

/** A `curl` of the manual and the JSON that it prints there. */
interface Shown {
  readonly path: string;
  readonly method: string;
  readonly body: string | undefined;
  readonly printed: unknown;
}

function shownCalls(manual: string): Shown[] {
  const block = /```sh\ncurl -sg (?:-X (\w+) )?"\$API([^"]*)" -H "\$AUTH"([^\n]*)\n```\n\n```json\n(.*?)```/gs;
  return [...manual.matchAll(block)].map(([, method = 'GET', path = '', rest = '', printed = '']) => ({
    method,
    path,
    body: /-d '([^']*)'/.exec(rest)?.[1],
    printed: JSON.parse(printed),
  }));
}

/** What differs from run to run, as a word that says what it is. */
function settled(value: unknown): unknown {
  const text = JSON.stringify(value, (key, held) => (key === 'next' && typeof held === 'string' ? 'cursor' : held));
  return JSON.parse(text.replaceAll(/urn:portcullis:exchange:[\w-]+/g, 'exchange'));
}

describe('docs/writing-a-catalog.md', () => {
  const manual = read('docs/writing-a-catalog.md');
  let folder: string;
  let odoo: StandIn;
  let portcullis: Portcullis;

  before(async () => {
    odoo = await startStandInOdoo({ version: 19, data: demoData(19), users: demoUsers() });
    folder = await mkdtemp(join(tmpdir(), 'portcullis-docs-'));
    const catalog = join(folder, 'catalog');
    await mkdir(catalog);
    const files = [...manual.matchAll(/^`\/tmp\/shop\/([\w.-]+)`\n\n```yaml\n(.*?)^```/gms)];
    assert.equal(files.length, 4);
    for (const [, name = '', text = ''] of files) {
      await writeFile(join(catalog, name), text.replaceAll('127.0.0.1:9069', `127.0.0.1:${odoo.port}`));
    }
    const variables = {
      PORTCULLIS_CATALOG: catalog,
      PORTCULLIS_DATA: join(folder, 'data'),
      PORTCULLIS_PORT: '0',
      PORTCULLIS_ADMIN_PORT: '0',
      PORTCULLIS_LOG_LEVEL: 'silent',
      PORTCULLIS_MASTER_SECRET: 'f2d7c1a90b8e4635f2d7c1a90b8e4635',
      PORTCULLIS_ADMIN_TOKEN: '0a9b8c7d6e5f4a3b0a9b8c7d6e5f4a3b',
      ROUTE_PLANNER_SECRET: '51c0ffee51c0d1ce51c0ffee51c0d1ce',
      ERP_KEY: 'stand-in-key-of-the-gateway-bot',
    };
    portcullis = await startPortcullis(readSettings(variables), variables);
  });

  after(async () => {
    await portcullis?.stop();
    await odoo?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('prints what the calls really answer', async () => {
    const granted = await fetch(`${portcullis.adminUrl}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('route-planner:51c0ffee51c0d1ce51c0ffee51c0d1ce')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const { access_token: token } = (await granted.json()) as { access_token: string };
    const calls = shownCalls(manual);
    assert.equal(calls.length, 8);
    assert.equal(manual.match(/^curl /gm)?.length, calls.length);
    for (const { method, path, body, printed } of calls) {
      const response = await fetch(`${portcullis.gatewayUrl}/order-status/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body }),
      });
      assert.deepEqual(settled(await response.json()), settled(printed), `${method} ${path}`);
    }
  });

  it('leads only to places that are there', () => {
    for (const name of [
      'writing-a-catalog.md',
      'settings.md',
      'operating.md',
      'faults.md',
      'problems.md',
      'lineage.md',
      'ledger.md',
      'asking-the-ledger.md',
    ]) {
      for (const [, file = '', anchor] of read(`docs/${name}`).matchAll(/\]\((?!https?:)([\w.-]*)(?:#([\w-]+))?\)/g)) {
        const target = read(`docs/${file === '' ? name : file}`);
        const anchors = [...target.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
          heading
            .toLowerCase()
            .replaceAll(/[^\w\- ]/g, '')
            .replaceAll(' ', '-'),
        );
        if (anchor !== undefined) assert.ok(anchors.includes(anchor), `${name}: ${file}#${anchor}`);
      }
    }
  });
});
