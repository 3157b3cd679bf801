import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { realFileSystem } from '../../audit/journal/ledger-file-system.ts';
import { checkedEntries } from '../../audit/tiles/ledger-check.fixture.ts';
import { openHouse } from '../e2e/house.fixture.ts';

/** What was seen of a gateway whose disk was full for a while. */
export interface SeenOnFullDisk {
  readonly before: number;
  readonly full: { readonly status: number; readonly code: unknown };
  readonly metric: string | undefined;
  readonly health: number;
  readonly after: number;
  readonly gaps: readonly { readonly cause: string; readonly lost?: number }[];
  /** Exchanges that were answered with 200, and those of them that are on record. */
  readonly answered: number;
  readonly recorded: number;
}

const PATH = '/customer-master/v1/customers?limit=1';
const DEADLINE_MS = 60_000;

/** Run with a small file system at `disk` as the only argument; prints what was seen as JSON. */
async function run(disk: string): Promise<SeenOnFullDisk> {
  const house = await openHouse({
    edit: { 'plans.yaml': (text) => text.replace('perSecond: 5, burst: 20', 'perSecond: 5000, burst: 5000') },
    variables: { PORTCULLIS_DATA: join(disk, 'data') },
  });
  const token = await house.token('salesforce-crm');
  const answered: string[] = [];
  const call = async () => {
    const answer = await house.call('GET', PATH, { token });
    if (answer.status === 200) answered.push(String(answer.headers.get('portcullis-exchange')));
    return answer;
  };
  const until = async (status: number) => {
    const deadline = Date.now() + DEADLINE_MS;
    for (;;) {
      const answer = await call();
      if (answer.status === status) return answer;
      if (Date.now() > deadline) throw new Error(`no answer ${status} within a minute, but ${answer.status}`);
    }
  };
  const before = (await call()).status;
  const filler = join(disk, 'filler');
  fill(filler);
  const { status, json } = await until(503);
  const metrics = await (await fetch(`${house.portcullis.adminUrl}/metrics`, admin(house.variables))).text();
  const health = (await fetch(`${house.portcullis.adminUrl}/health/ready`)).status;
  rmSync(filler);
  const after = (await until(200)).status;
  await house.stop();
  const entries = checkedEntries(realFileSystem, join(disk, 'data/audit')).map((text) => JSON.parse(text));
  const recorded = new Set(entries.map(({ exchange }) => exchange));
  return {
    before,
    full: { status, code: (json as { code?: unknown }).code },
    metric: /^portcullis_audit_log_healthy (\d)/m.exec(metrics)?.[1],
    health,
    after,
    gaps: entries.filter(({ type }) => type === 'gap'),
    answered: answered.length,
    recorded: answered.filter((exchange) => recorded.has(exchange)).length,
  };
}

function admin(variables: Readonly<Record<string, string | undefined>>) {
  return { headers: { authorization: `Bearer ${variables.PORTCULLIS_ADMIN_TOKEN}` } };
}

function fill(path: string): void {
  const fd = openSync(path, 'w');
  for (const bytes of [1 << 16, 1 << 12, 1]) {
    const block = Buffer.alloc(bytes);
    try {
      while (writeSync(fd, block) === bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
  closeSync(fd);
}

const [disk] = process.argv.slice(2);
if (import.meta.main && disk !== undefined) process.stdout.write(JSON.stringify(await run(disk)));
