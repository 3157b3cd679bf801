import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type House, openHouse } from './house.fixture.ts';

const BASE = '/customer-master/v1/customers';

/** SC-01: the CRM reads and maintains customers; every denial of the scenario. */
describe('SC-01 customer master', () => {
  let house: House;
  let token: string;
  before(async () => {
    house = await openHouse({
      edit: { 'plans.yaml': (text) => text.replace('perSecond: 5, burst: 20', 'perSecond: 500, burst: 500') },
    });
    token = await house.token('salesforce-crm');
  });
  after(() => house.stop());
  const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    house.call(method, path, {
      token,
      ...(body === undefined ? {} : { body }),
      ...(headers === undefined ? {} : { headers }),
    });

  test('a page of customers holds exactly the granted fields', async () => {
    const { status, json, text } = await call('GET', `${BASE}?limit=3`);
    assert.equal(status, 200, text);
    const page = json as { items: Record<string, unknown>[]; next: string | null };
    assert.equal(page.items.length, 3);
    const granted = [
      'active',
      'categoryIds',
      'city',
      'country',
      'countryId',
      'email',
      'id',
      'isCompany',
      'language',
      'name',
      'parentId',
      'phone',
      'postalCode',
      'reference',
      'salespersonId',
      'stateId',
      'street',
      'street2',
      'updatedAt',
    ];
    for (const item of page.items) assert.deepEqual(Object.keys(item).sort(), granted);
    // The cursor is random text: it may spell anything.
    assert.doesNotMatch(text.replace(page.next ?? '', ''), /vat|creditLimit|bank|BE0/i);
    assert.match(String(page.items[0]?.updatedAt), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.equal(typeof page.next, 'string');
  });

  test('all pages together hold every customer once, and no supplier', async () => {
    const seen: unknown[] = [];
    let next: string | null = '';
    while (next !== null) {
      const { json, text, status } = await call(
        'GET',
        `${BASE}?limit=7${next === '' ? '' : `&cursor=${encodeURIComponent(next)}`}`,
      );
      assert.equal(status, 200, text);
      const page = json as { items: { id: number }[]; next: string | null };
      seen.push(...page.items.map(({ id }) => id));
      next = page.next;
    }
    assert.equal(new Set(seen).size, seen.length);
    assert.ok(seen.includes(10));
    assert.ok(!seen.includes(30), 'a supplier');
  });

  for (const field of ['vat', 'bankAccountIds', 'creditLimit', 'paymentTermId', 'nonsense']) {
    test(`fields=${field} is 403, hidden and unknown alike`, async () => {
      const { status, json } = await call('GET', `${BASE}?fields=name,${field}`);
      assert.equal(status, 403);
      const problem = json as Record<string, unknown>;
      assert.equal(problem.code, 'field-not-granted');
    });
  }

  test('filtering and sorting by a hidden field is refused in the same words as by an unknown one', async () => {
    const answers = await Promise.all(
      ['filter[creditLimit][gt]=10000', 'filter[nonsense][gt]=10000', 'sort=-creditLimit', 'sort=-nonsense'].map(
        (query) => call('GET', `${BASE}?${query}`),
      ),
    );
    const neutral = answers.map(({ status, json }) => {
      const { instance: _instance, ...problem } = json as Record<string, unknown>;
      return JSON.stringify([status, problem]).replaceAll(/creditLimit|nonsense/g, 'FIELD');
    });
    assert.match(neutral[0] ?? '', /^\[403/);
    assert.equal(neutral[0], neutral[1]);
    assert.equal(neutral[2], neutral[3]);
  });

  test('fields= narrows the answer', async () => {
    const { json } = await call('GET', `${BASE}/10?fields=id,name`);
    assert.deepEqual(json, { id: 10, name: 'Harbour Hardware' });
  });

  for (const field of ['creditLimit', 'pricelistId']) {
    test(`writing ${field} is 403 and names the owner`, async () => {
      const { status, json } = await call('PATCH', `${BASE}/10`, { [field]: 5 });
      assert.equal(status, 403);
      const problem = json as Record<string, unknown>;
      assert.equal(problem.code, 'field-not-writable');
      assert.equal(problem.owned_by, 'odoo-finance');
      assert.equal(house.company.odoo.count('res.partner.write'), 0);
    });
  }

  test('a granted write changes the record and comes back as the contract has it', async () => {
    const { status, json, text } = await call('PATCH', `${BASE}/12`, { phone: '+31 10 555 0199' });
    assert.equal(status, 200, text);
    assert.equal((json as Record<string, unknown>).phone, '+31 10 555 0199');
    const record = (await house.records()).at(-1);
    assert.deepEqual(record?.written, ['Customer.phone']);
    assert.equal(record?.decision, 'allowed');
    assert.ok(!JSON.stringify(record).includes('555 0199'));
  });

  test('creating a customer that exists is a conflict that names it, and nothing is created', async () => {
    const creations = house.company.odoo.count('res.partner.create');
    const { json: existing } = await call('GET', `${BASE}/10`);
    const { name, email } = existing as { name: string; email: string };
    const { status, json } = await call('POST', BASE, { name, email, isCompany: true });
    assert.equal(status, 409);
    assert.equal((json as Record<string, unknown>).code, 'duplicate');
    assert.equal((json as Record<string, unknown>).existing, 10);
    assert.equal(house.company.odoo.count('res.partner.create'), creations);
  });

  test('a new customer is created, inside the record filter', async () => {
    const { status, json, text } = await call('POST', BASE, {
      name: 'Fresh Fixings',
      email: 'hello@fresh-fixings.example',
      isCompany: true,
    });
    assert.equal(status, 201, text);
    const { id } = json as { id: number };
    assert.equal((await call('GET', `${BASE}/${id}`)).status, 200);
  });

  test('a body that breaks the contract is 422 with pointers, before anything is sent', async () => {
    const before = house.company.odoo.calls.length;
    const { status, json } = await call('POST', BASE, { email: 7 });
    assert.equal(status, 422);
    const pointers = (json as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer);
    assert.ok(pointers.includes('/email'));
    assert.equal(house.company.odoo.calls.length, before);
  });

  test('deleting is 405', async () => {
    const { status, headers } = await call('DELETE', `${BASE}/10`);
    assert.equal(status, 405);
    assert.deepEqual(headers.get('allow')?.split(', ').sort(), ['GET', 'PATCH']);
  });

  test('a partner that is only a supplier is as absent as one that does not exist', async () => {
    const foreign = await call('GET', `${BASE}/30`);
    const missing = await call('GET', `${BASE}/999999`);
    assert.equal(foreign.status, 404);
    const plain = ({ json }: { json: unknown }) => ({ ...(json as object), instance: '' });
    assert.deepEqual(plain(foreign), plain(missing));
    const written = await call('PATCH', `${BASE}/30`, { phone: '1' });
    assert.equal(written.status, 404);
  });

  test('without a token, with a broken one, with one in the query: 401', async () => {
    for (const options of [{}, { token: 'x.y.z' }, { headers: { authorization: 'Basic YTpi' } }]) {
      const { status, headers } = await house.call('GET', BASE, options);
      assert.equal(status, 401);
      assert.match(headers.get('www-authenticate') ?? '', /^Bearer/);
    }
    assert.ok((await house.call('GET', `${BASE}?access_token=${token}`)).status >= 400);
  });

  test('a consumer without a grant on the interface is refused', async () => {
    const { status, json } = await house.call('GET', BASE, { token: await house.token('wms-acme') });
    assert.equal(status, 403);
    assert.equal((json as Record<string, unknown>).code, 'grant-missing');
  });

  test('every call stands in the record, with fields and handles instead of values', async () => {
    await call('GET', `${BASE}/10`);
    const record = (await house.records()).at(-1);
    assert.equal(record?.consumer, 'salesforce-crm');
    assert.equal(record?.grant, 'salesforce-crm-customer-master-v1');
    assert.equal(record?.operation, 'getCustomer');
    assert.ok(record?.returned?.includes('Customer.email'));
    assert.equal(record?.records, 1);
    // Of the customer, and of what it links to.
    assert.ok((record?.handles ?? []).length > 1);
    for (const handle of record?.handles ?? []) assert.match(handle, /^[0-9a-f]{16}$/);
    assert.ok(!JSON.stringify(record).includes('Harbour'));
  });
});
