import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { recordedData, recordedUsers } from './recorded-data.fixture.ts';
import { type StandIn, startStandInOdoo } from './start.ts';

// Replays what real servers were asked and answered. A case that is not listed here is claimed.
const UNCLAIMED: Readonly<Record<string, string>> = {
  read_group: 'aggregates are not imitated',
  read_group_month: 'aggregates are not imitated',
  formatted_read_group: 'aggregates are not imitated',
  formatted_read_grouping_sets: 'aggregates are not imitated',
  web_read_group: 'aggregates are not imitated',
  web_search_read: 'web client methods are not imitated',
  web_read: 'web client methods are not imitated',
  web_save: 'web client methods are not imitated',
  onchange: 'web client methods are not imitated',
  get_metadata: 'no external ids are made up for records',
  export_data: 'import and export are not imitated',
  load_import: 'import and export are not imitated',
  load_import_bad: 'import and export are not imitated',
  action_dict: 'window actions differ in every version',
  ids_float: 'JSON.parse does not tell 1.0 from 1',
  json1: 'not an RPC route',
  json_redirect: 'not an RPC route',
  doc_index: 'not an RPC route',
};

type Body = { readonly text?: string; readonly base64?: string };
interface Recorded {
  readonly case: string;
  readonly request: { method: string; path: string; headers: [string, string][]; body: Body };
  readonly response: { status: number; headers: [string, string][]; body: Body };
}

const FILES = [
  ['19.0', 'json2'],
  ['19.0', 'json2_edge'],
  ['19.0', 'jsonrpc'],
  ['18.0', 'jsonrpc'],
  ['17.0', 'jsonrpc'],
  ['16.0', 'jsonrpc'],
] as const;

function readRecording(release: string, group: string): Recorded[] {
  const url = new URL(`../../../shared/odoo/recordings/${release}/${group}.json`, import.meta.url);
  let text: string;
  try {
    text = readFileSync(url, 'utf8');
  } catch {
    throw new Error(`The recordings of real Odoo servers are missing: ${url.pathname} cannot be read.`);
  }
  return JSON.parse(text).exchanges;
}

/** The id that a recorded call names first: in JSON-2 as `ids`, in JSON-RPC as the first positional argument. */
function idIn(recorded: readonly Recorded[], name: string): number {
  const text = recorded.find((entry) => entry.case === name)?.request.body.text;
  if (text === undefined) return 1000;
  const body = JSON.parse(text);
  const ids = body.params === undefined ? body.ids : body.params.args[5][0];
  return Number(Array.isArray(ids) ? ids[0] : ids);
}

/** The shape of a value: types, keys of objects, and of arrays the shape of the first element. */
function shapeOf(value: unknown): unknown {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== 'object') return typeof value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, shapeOf((value as Record<string, unknown>)[key])]));
}

function summarise(status: number, contentType: string, text: string) {
  if (!contentType.startsWith('application/json')) return { status, type: contentType.split(';')[0] };
  const body = JSON.parse(text);
  const errorClass = body?.error?.data?.name ?? (status >= 400 ? body?.name : undefined);
  if (errorClass === undefined) return { status, shape: shapeOf(body) };
  // Arguments and context of an error vary with its text; that they are there is what counts.
  const detail = body.error?.data ?? body;
  return { status, errorClass, code: body.error?.code, keys: Object.keys(detail).sort() };
}

function send(url: string, recorded: Recorded): Promise<{ status: number; type: string; text: string }> {
  const { method, path, headers, body } = recorded.request;
  const bytes = body.base64 === undefined ? Buffer.from(body.text ?? '') : Buffer.from(body.base64, 'base64');
  const kept = headers.filter(
    ([name]) => !/^(host|connection|content-length|transfer-encoding|accept-encoding)$/i.test(name),
  );
  return new Promise((resolve, reject) => {
    const call = request(
      url + path,
      { method, headers: { ...Object.fromEntries(kept), 'content-length': bytes.length } },
      async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        const type = response.headers['content-type'] ?? '';
        resolve({ status: response.statusCode ?? 0, type, text: Buffer.concat(chunks).toString('utf8') });
      },
    );
    call.on('error', reject);
    call.end(bytes);
  });
}

for (const [release, group] of FILES) {
  const recorded = readRecording(release, group);
  describe(`${group} of a real Odoo ${release}`, () => {
    let odoo: StandIn;
    before(async () => {
      const version = ([16, 17, 18, 19] as const).find((known) => release.startsWith(String(known))) ?? 19;
      const data = recordedData({
        version,
        person: idIn(recorded, 'read_single_int_id'),
        order: idIn(recorded, 'read_so'),
        category: idIn(recorded, 'copy'),
      });
      odoo = await startStandInOdoo({ version, data, users: recordedUsers(version) });
    });
    after(() => odoo.close());

    for (const entry of recorded) {
      if (Object.hasOwn(UNCLAIMED, entry.case)) continue;
      test(entry.case, async () => {
        const answer = await send(odoo.url, entry);
        const type = entry.response.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
        assert.deepEqual(
          summarise(answer.status, answer.type, answer.text),
          summarise(entry.response.status, type, entry.response.body.text ?? ''),
        );
      });
    }
  });
}

test('more than four of five recorded cases are claimed', () => {
  const all = FILES.flatMap(([release, group]) => readRecording(release, group));
  const claimed = all.filter((entry) => !Object.hasOwn(UNCLAIMED, entry.case));
  assert.ok(claimed.length / all.length > 0.8, `${claimed.length} of ${all.length}`);
});
