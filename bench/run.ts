import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type Candidate,
  expressGateway,
  type Ground,
  haproxy,
  Missing,
  nginxProxy,
  portcullis,
  startUpstream,
} from './candidates.ts';
import { findProgram } from './child.ts';
import { startIssuer } from './issuer.ts';
import { chooseLoad } from './load.ts';
import { measure } from './measure.ts';
import { renderReport } from './report.ts';

/**
 * `npm run bench -- [--rounds 12] [--window 1000] [--connections 64] [--express-gateway] [--selection] [--odoo-guard]`: measures
 * Portcullis beside nginx, HAProxy and Express Gateway and writes bench/RESULTS.md. What is not installed is left out.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '12' },
    window: { type: 'string', default: '1000' },
    connections: { type: 'string', default: '64' },
    'express-gateway': { type: 'boolean', default: false },
    selection: { type: 'boolean', default: false },
    'odoo-guard': { type: 'boolean', default: false },
  },
});
const FEW = 30;
const MANY = 3000;

const few = `Portcullis, ${FEW} operations`;
const many = `Portcullis, ${MANY} operations`;

const say = (text: string): void => console.error(text);
const rounds = Number(values.rounds);
const windowMs = Number(values.window);
const connections = Number(values.connections);

const loadBefore = loadavg()[0] ?? 0;
const folder = await mkdtemp(join(tmpdir(), 'portcullis-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const issuer = await startIssuer();
const closers: (() => Promise<void>)[] = [() => issuer.close()];
const missing: string[] = [];

try {
  if (values['express-gateway']) installExpressGateway();
  const upstream = await startUpstream(folder);
  closers.push(() => upstream.child.stop());
  const ground: Ground = { folder, issuer, upstreamPort: upstream.port };
  const starts: readonly (() => Promise<Candidate>)[] = [
    () => nginxProxy(ground),
    () => haproxy(ground, false),
    () => haproxy(ground, true),
    () => portcullis(ground, FEW),
    () => portcullis(ground, MANY),
    () => expressGateway(ground, false),
    () => expressGateway(ground, true),
  ];
  const candidates: Candidate[] = [];
  for (const start of starts) {
    try {
      const candidate = await start();
      closers.push(() => candidate.child.stop());
      await probe(candidate, issuer.token);
      candidates.push(candidate);
      // The same process once more: what a call costs when nothing of the last head is said again.
      if (candidate.name === few)
        candidates.push({ ...candidate, name: `${few}, heads that change`, hasChangingHeads: true });
      say(`ready: ${candidate.name}`);
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      say(`left out: ${error.message}`);
      missing.push(error.message);
    }
  }
  const { name: loadName, load } = chooseLoad();
  const series = await measure(candidates, { rounds, windowMs, connections, token: issuer.token, load, report: say });
  const report = renderReport({
    series,
    rounds,
    windowMs,
    connections,
    loadName,
    programs: programs(),
    missing,
    loadBefore,
    few,
    many,
  });
  await writeFile(join(import.meta.dirname, 'RESULTS.md'), report);
  console.log(report);
} finally {
  for (const close of closers.reverse()) await close();
}
for (const [asked, file] of [
  [values.selection, 'selection.ts'],
  [values['odoo-guard'], 'odoo-guard.ts'],
] as const) {
  if (asked) spawnSync(process.execPath, [join(import.meta.dirname, file)], { stdio: 'inherit' });
}

/** One request whose answer is read: a candidate that refuses quickly would look cheap. */
async function probe(candidate: Candidate, token: string): Promise<void> {
  const response = await fetch(candidate.url, { headers: { authorization: `Bearer ${token}` } });
  const body = await response.text();
  if (response.status !== 200 || !candidate.answers(body)) {
    throw new Error(`${candidate.name} answers ${response.status}: ${body.slice(0, 300)}`);
  }
}

function installExpressGateway(): void {
  const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: join(import.meta.dirname, 'express-gateway'),
    stdio: 'inherit',
  });
  if (done.status !== 0) missing.push('express-gateway could not be installed');
}

function programs(): string[] {
  const versions = [`Node ${process.version}`];
  for (const [name, flag] of [
    ['nginx', '-v'],
    ['haproxy', '-v'],
    ['wrk', '-v'],
  ] as const) {
    const program = findProgram(name);
    if (program === undefined) continue;
    const said = spawnSync(program, [flag]);
    const version = /\d+\.\d+\.\d+/.exec(said.stdout.toString() + said.stderr.toString())?.[0];
    versions.push(`${name} ${version ?? ''}`.trim());
  }
  return versions;
}
