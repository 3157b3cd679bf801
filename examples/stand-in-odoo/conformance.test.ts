import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { recordedData, recordedUsers } from './recorded-data.fixture.ts';
import {
  bytesOf,
  idIn,
  membersIn,
  RECORDED_GROUPS,
  type Recorded,
  readRecordings,
  summarise,
} from './recordings.fixture.ts';
import { type StandIn, startStandInOdoo } from './start.ts';

// Replays what real servers were asked and answered. A case that is not listed here is claimed.
const UNCLAIMED: Readonly<Record<string, string>> = {
  ids_float: 'JSON.parse does not tell 1.0 from 1',
  jsonrpc_big_int: 'JSON.parse does not hold numbers beyond 2^53',
  jsonrpc_nan: 'JSON.parse does not know NaN',
  json1: 'not an RPC route',
  json_redirect: 'not an RPC route',
  doc_index: 'not an RPC route',
  export_get_fields: 'not an RPC route',
  web_image: 'not an RPC route',
};

/** Of these only the members are compared that the stand-in has: a session is described at great length. */
const IN_PART = new Set(['authenticate', 'session_info', 'action_dict', 'get_metadata']);

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
  readonly cookie: string | undefined;
}

function send(url: string, recorded: Recorded, cookie: string | undefined): Promise<Answer> {
  const { method, path, headers, body } = recorded.request;
  const bytes = bytesOf(body);
  const kept = headers
    .filter(([name]) => !/^(host|connection|content-length|transfer-encoding|accept-encoding)$/i.test(name))
    .map(([name, value]) => [name, /^cookie$/i.test(name) && !value.includes('aaaaaaaa') ? (cookie ?? value) : value]);
  return new Promise((resolve, reject) => {
    const call = request(
      url + path,
      { method, headers: { ...Object.fromEntries(kept), 'content-length': bytes.length } },
      async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'] ?? '',
          body: Buffer.concat(chunks),
          cookie: response.headers['set-cookie']?.[0]?.split(';')[0],
        });
      },
    );
    call.on('error', reject);
    call.end(bytes);
  });
}

for (const [release, group] of RECORDED_GROUPS) {
  const recorded = readRecordings(release, group);
  describe(`${group} of a real Odoo ${release}`, () => {
    let odoo: StandIn;
    let cookie: string | undefined;
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
        const answer = await send(odoo.url, entry, cookie);
        cookie = answer.cookie ?? cookie;
        const type = entry.response.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
        const actual = summarise(answer.status, answer.type, answer.body);
        const expected = summarise(entry.response.status, type, bytesOf(entry.response.body));
        assert.deepEqual(actual, IN_PART.has(entry.case) ? membersIn(expected, actual) : expected);
      });
    }
  });
}

test('nearly every recorded exchange is claimed', () => {
  const all = RECORDED_GROUPS.flatMap(([release, group]) => readRecordings(release, group));
  const claimed = all.filter((entry) => !Object.hasOwn(UNCLAIMED, entry.case));
  assert.ok(all.length >= 1800, `${all.length} exchanges`);
  assert.ok(claimed.length / all.length > 0.97, `${claimed.length} of ${all.length}`);
});
