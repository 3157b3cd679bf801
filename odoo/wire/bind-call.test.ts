import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { signatureOf } from '../methods.ts';
import { bindCall, MOST_IDS, recordIds } from './bind-call.ts';
import { OdooRefusal } from './fault.ts';
import { readRequest } from './read-request.ts';
import {
  bytesOf,
  groupsOf,
  headerOf,
  httpRequest,
  isMessage,
  RELEASES,
  type Recorded,
  readRecording,
} from './recordings.fixture.ts';
import type { UnboundCall } from './rpc-request.ts';
import { OdooFloat, type OdooValue, odooObject } from './value.ts';

function call(method: string, positional: readonly OdooValue[], named: Record<string, OdooValue> = {}): UnboundCall {
  return { model: 'res.partner', method, positional, named: odooObject(Object.entries(named)), form: 'positional' };
}

function json2(method: string, named: Record<string, OdooValue>): UnboundCall {
  return { ...call(method, [], named), form: 'json2' };
}

function refusalOf(bind: () => unknown): string {
  try {
    bind();
  } catch (error) {
    assert.ok(error instanceof OdooRefusal);
    return `${error.fault.name}: ${error.fault.message}`;
  }
  return 'none';
}

const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

/** Bound by the gateway although Odoo refuses, and the other way round. */
const DIFFERENT: Readonly<Record<string, string>> = {
  default_get: 'the base method names its parameter so; res.partner does not, and the gateway needs no name',
  ids_as_string: 'answered with nothing by 17 to 19, with an error by 16, and written by all',
  ids_list_of_strings: 'as ids_as_string',
  ids_as_dict: 'as ids_as_string',
  read_ids_string: 'as ids_as_string',
};

/** Classes that Odoo raises while it binds arguments. */
const BINDING = /argument|index out of range|cannot call .* with ids|is not iterable|unhashable type/;

function argumentFault({ response }: Recorded): string | undefined {
  if (!(headerOf(response.headers, 'content-type') ?? '').startsWith('application/json')) return undefined;
  const body = JSON.parse(response.body.text || 'null');
  const data = body?.error?.data ?? (response.status === 200 ? undefined : body);
  return data !== undefined && BINDING.test(data.message) ? data.name : undefined;
}

describe('binding', () => {
  test('every recorded call is bound where Odoo binds it, and refused with the same class where it does not', () => {
    let bound = 0;
    let refused = 0;
    for (const release of RELEASES) {
      for (const group of groupsOf(release).filter((name) => !name.startsWith('xmlrpc'))) {
        for (const recorded of readRecording(release, group)) {
          const { method, path, headers, body } = recorded.request;
          const read = readRequest(httpRequest(method, path, headers, bytesOf(body)), () => 19);
          if (!isMessage(read) || read.request.kind !== 'call') continue;
          const major = Number.parseInt(release, 10);
          const unbound = read.request.call;
          if (signatureOf(unbound.method, major) === undefined && !/^action_/.test(unbound.method)) continue;
          const ours = refusalOf(() => recordIds(bindCall(unbound, major).ids)).split(':')[0];
          const expected = argumentFault(recorded) ?? 'none';
          if (recorded.case in DIFFERENT && ours !== expected) continue;
          // 16 asks PostgreSQL for the record of a list, and 19 says that no context is not iterable.
          if (recorded.case === 'ids_nested' && major === 16) assert.equal(ours, 'builtins.TypeError');
          else assert.equal(ours, expected, `${release} ${group} ${recorded.case}`);
          if (ours === 'none') bound++;
          else refused++;
        }
      }
    }
    assert.deepEqual({ bound, refused }, { bound: 418, refused: 33 });
  });

  test('positional arguments get the names of Odoo 19, the first being ids where the method has them', () => {
    const search = bindCall(call('search_read', [[], ['name']], { limit: 5, context: { lang: 'nl_BE' } }), 16);
    assert.deepEqual(plain(search), {
      model: 'res.partner',
      method: 'search_read',
      args: { domain: [], fields: ['name'], limit: 5 },
      context: { lang: 'nl_BE' },
      single: false,
    });
    assert.deepEqual(plain(bindCall(call('write', [7, { name: 'x' }]), 19)), {
      model: 'res.partner',
      method: 'write',
      ids: 7,
      args: { vals: { name: 'x' } },
      single: false,
    });
    assert.equal(bindCall(call('write', [7, { name: 'x' }]), 19).context, undefined);
  });

  test('a former name is understood as long as it was one', () => {
    assert.deepEqual(plain(bindCall(call('name_search', ['x'], { args: [] }), 18).args), { name: 'x', domain: [] });
    assert.match(
      refusalOf(() => bindCall(call('name_search', ['x'], { args: [] }), 19)),
      /unexpected.*'args'/,
    );
    assert.match(
      refusalOf(() => bindCall(call('search', [], { args: [] }), 16)),
      /unexpected.*'args'/,
    );
    assert.match(
      refusalOf(() => bindCall(call('name_search', ['x', []], { args: [] }), 18)),
      /multiple values for argument 'domain'/,
    );
  });

  test('create of one record answers an id, but for JSON-2', () => {
    assert.equal(bindCall(call('create', [{ name: 'x' }]), 19).single, true);
    assert.equal(bindCall(call('create', [[{ name: 'x' }]]), 19).single, false);
    assert.equal(bindCall(json2('create', { vals_list: { name: 'x' } }), 19).single, false);
    // Odoo looks for it among the positional arguments alone.
    assert.match(
      refusalOf(() => bindCall(call('create', [], { vals_list: { name: 'x' } }), 19)),
      /IndexError/,
    );
  });

  test('what an action is given stays as it is', () => {
    const bound = bindCall(call('action_confirm', [[1], 'x', 2], { force: true, context: {} }), 19);
    assert.deepEqual(plain([bound.ids, bound.args]), [[1], { force: true, positional: ['x', 2] }]);
    assert.equal(bound.context, undefined);
    assert.deepEqual(plain(bindCall(json2('action_confirm', { ids: [1], force: true }), 19).args), { force: true });
    for (const name of ['ids', 'positional']) {
      assert.match(
        refusalOf(() => bindCall(call('action_confirm', [[1]], { [name]: [2] }), 19)),
        /TypeError.*unexpected/,
      );
    }
    assert.match(
      refusalOf(() => bindCall(json2('action_confirm', { positional: [2] }), 19)),
      /Unprocessable/,
    );
    assert.match(
      refusalOf(() => bindCall(call('action_confirm', []), 19)),
      /IndexError: list/,
    );
    assert.match(
      refusalOf(() => bindCall(call('action_confirm', []), 18)),
      /IndexError: tuple/,
    );
  });

  test('too many, too few and doubled arguments are refused in the words of Python', () => {
    const said = (...given: Parameters<typeof call>) => refusalOf(() => bindCall(call(...given), 19));
    assert.equal(said('write', [[1]]), "builtins.TypeError: write() missing 1 required positional argument: 'vals'");
    assert.equal(
      said('write', [[1], {}, 1]),
      'builtins.TypeError: write() takes 2 positional arguments but 3 were given',
    );
    assert.equal(
      said('search', [[], 0, 1, 'id', 5]),
      'builtins.TypeError: search() takes from 2 to 5 positional arguments but 6 were given',
    );
    assert.match(said('read', [[1], ['name']], { fields: ['name'] }), /multiple values for argument 'fields'/);
    assert.match(said('read', [[1]], { ids: [2] }), /unexpected keyword argument 'ids'/);
    assert.match(said('read', [[1]], { __proto__2: 1 }), /unexpected/);
    assert.match(said('read', [[1]], JSON.parse('{"__proto__": 1}')), /unexpected keyword argument '__proto__'/);
    assert.match(said('read', [[1]], { constructor: 1 }), /unexpected keyword argument 'constructor'/);
    assert.match(said('search', [[]], { context: 5 }), /TypeError/);
    for (const context of [null, false, 0, '', []]) assert.equal(said('search', [[]], { context }), 'none');
  });

  test('a method of another version is an action to this one', () => {
    assert.equal(signatureOf('web_read', 16), undefined);
    assert.equal(signatureOf('constructor', 19), undefined);
    assert.deepEqual(plain(bindCall(call('web_read', [[1], {}]), 16).args), { positional: [{}] });
  });
});

describe('ids', () => {
  test('one, many and none are told', () => {
    assert.deepEqual(recordIds(7), [7]);
    assert.deepEqual(recordIds([7, 8, 7]), [7, 8, 7]);
    for (const nothing of [undefined, null, false, 0, '', [], odooObject([])]) assert.deepEqual(recordIds(nothing), []);
  });

  test('what no record can have, and what is no id, is refused', () => {
    const said = (value: OdooValue) => refusalOf(() => recordIds(value));
    for (const number of [-1, 2_147_483_648, 9_007_199_254_740_993n, -5n]) {
      assert.match(said(number), /MissingError/);
      assert.match(said([1, number]), /MissingError/);
    }
    assert.match(said([0]), /MissingError/);
    assert.match(said([[1]]), /TypeError: unhashable type: 'list'/);
    assert.match(said(new OdooFloat('1.0')), /TypeError: 'float' object is not iterable/);
    for (const value of ['1', ['1'], odooObject([['1', 'x']]), true, [true], [false], [null], [new OdooFloat('1.0')]]) {
      assert.match(said(value), /TypeError/);
    }
    assert.equal(said(Array.from({ length: MOST_IDS }, (_, i) => i + 1)), 'none');
    assert.match(said(Array.from({ length: MOST_IDS + 1 }, (_, i) => i + 1)), /ValueError/);
  });
});
