import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openHouse } from './house.fixture.ts';

const GRANTS = 'customer-master/grants.yaml';
const PATH = '/customer-master/v1/customers/10';

test('a changed catalog is swapped in without losing a request, a faulty one is refused and the old one stays', async () => {
  const house = await openHouse();
  const file = join(house.company.catalogFolder, GRANTS);
  const original = await readFile(file, 'utf8');
  try {
    const token = await house.token('salesforce-crm');
    const name = async () => (await house.call('GET', PATH, { token })).json as Record<string, unknown>;
    assert.ok('city' in (await name()));

    await writeFile(file, original.replace('      - city\n', ''));
    const during = Array.from({ length: 12 }, () => house.call('GET', `${PATH}?fields=id`, { token }));
    const outcome = await house.portcullis.reload();
    assert.notEqual(outcome.kind, 'refused');
    for (const answer of await Promise.all(during))
      assert.ok(answer.status === 200 || answer.status === 429, answer.text);
    // Calls of a consumer are counted across snapshots, so the next one may have to wait for its bucket.
    assert.ok(!('city' in (await eventually(name))));

    await writeFile(file, original.replace('      - city\n', '      - no-such-field\n'));
    const refused = await house.portcullis.reload();
    assert.equal(refused.kind, 'refused');
    assert.ok(
      refused.kind === 'refused' && refused.faults.some((fault) => fault.place.file === GRANTS && fault.place.line > 1),
    );
    assert.ok(!('city' in (await eventually(name))));

    await writeFile(file, original);
    assert.notEqual((await house.portcullis.reload()).kind, 'refused');
    assert.ok('city' in (await eventually(name)));
  } finally {
    await house.stop();
  }
});

/** Asks again while the answer is a problem that passes (429). */
async function eventually(ask: () => Promise<Record<string, unknown>>): Promise<Record<string, unknown>> {
  for (;;) {
    const answer = await ask();
    if (answer.status !== 429) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
