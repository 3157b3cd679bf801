import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { JSON_TYPE, message, read, refused, service, textOf, xml } from './messages.fixture.ts';
import { isOdooPath, readRequest } from './read-request.ts';
import { httpRequest, isMessage } from './recordings.fixture.ts';
import { OdooFloat, type OdooValue, odooObject } from './value.ts';
import { writeJson } from './write-json.ts';

describe('routes', () => {
  test('only what is listed exists', () => {
    for (const path of [
      ...['common', 'object', 'db'].flatMap((name) => [`/xmlrpc/2/${name}`, `/xmlrpc/${name}`]),
      '/xmlrpc/2/common/',
      '/jsonrpc',
      '/json/2/res.partner/read',
      '/json/2/res.partner/read/',
      '/json/version',
      '/web/version',
      '/web/webclient/version_info',
      '/web/session/authenticate',
      '/web/session/get_session_info',
      '/web/session/destroy',
      '/web/dataset/call_kw',
      '/web/dataset/call_kw/res.partner/read',
      '/web/dataset/call_button/x',
    ]) {
      assert.ok(isOdooPath(path), path);
    }
    for (const path of [
      ...['/', '', '/web', '/web/login', '/web/dataset/call', '/web/dataset/search_read', '/web/dataset/call_kwx'],
      ...['/xmlrpc', '/xmlrpc/2', '/xmlrpc/2/report', '/xmlrpc/2/common//', '/xmlrpc/1/common', '//xmlrpc/2/common'],
      ...[
        '/XMLRPC/2/common',
        '/json/2',
        '/json/2/res.partner',
        '/json/2/a/b/c',
        '/json/1/a/b',
        '/web/dataset/call_kw//x',
      ],
      ...['/doc-bearer/index.json', '/web/content', '/web/session/modules', '/jsonrpc/x', '/web/database/list'],
    ]) {
      assert.ok(!isOdooPath(path), path);
    }
    const reply = readRequest(httpRequest('POST', '/web/login', [], Buffer.alloc(0)), () => 19);
    assert.ok(!isMessage(reply) && reply.status === 404);
  });

  test('version routes are GETs, and stand by JSON-2 before every Odoo', () => {
    const get = (path: string, major: number, method = 'GET') =>
      readRequest(httpRequest(method, path, [], Buffer.alloc(0)), () => major);
    for (const path of ['/web/version', '/json/version']) {
      for (const major of [16, 19, 20]) {
        const found = get(path, major);
        assert.ok(isMessage(found) && found.request.kind === 'version' && found.request.form === 'web');
        assert.equal(textOf(found.reply({ version: '19.0' })), '{"version":"19.0"}');
      }
      const found = get(path, 19, 'POST');
      assert.ok(!isMessage(found) && found.status === 405);
    }
  });
});

describe('services', () => {
  test('a login is a login, whatever the client says of itself', () => {
    const login = { kind: 'login', database: 'prod', login: 'crm', secret: 'key' };
    for (const agent of [
      { base_location: 'http://evil.example' },
      {},
      '',
      null,
      false,
      0,
      'x',
      [1],
      new OdooFloat('0.0'),
    ]) {
      const args = ['prod', 'crm', 'key', agent as OdooValue];
      assert.deepEqual(service('common', 'authenticate', args).request, login);
      assert.deepEqual(xml('xmlrpc/2', 'common', 'authenticate', args).request, login);
    }
    assert.deepEqual(service('common', 'login', ['prod', 'crm', 'key']).request, login);
    // What is no text is nobody's, and answered like a wrong password.
    const nobody = { kind: 'login', database: '', login: '', secret: '' };
    assert.deepEqual(service('common', 'login', [false, 1, ['x']]).request, nobody);
    const many = 'builtins.TypeError: exp_login() takes 3 positional arguments but 4 were given';
    assert.equal(refused(service('common', 'login', ['a', 'b', 'c', 'd'])), many);
    const few =
      "builtins.TypeError: exp_authenticate() missing 3 required positional arguments: 'login', 'password', and 'user_agent_env'";
    assert.equal(refused(service('common', 'authenticate', ['a'])), few);
  });

  test('only harmless methods of db are offered, and of common', () => {
    assert.deepEqual(service('db', 'list', []).request, { kind: 'databases' });
    assert.deepEqual(service('db', 'list', [true]).request, { kind: 'databases' });
    assert.deepEqual(service('db', 'db_exist', ['x']).request, { kind: 'database-exists', database: 'x' });
    assert.deepEqual(service('db', 'server_version', []).request, { kind: 'version', form: 'db' });
    assert.deepEqual(service('common', 'about', [1]).request, { kind: 'version', form: 'about-extended' });
    assert.deepEqual(service('common', 'about', [[]]).request, { kind: 'version', form: 'about' });
    for (const method of ['dump', 'drop', 'restore', 'rename', 'create_database', 'list_lang', 'nope', 'constructor']) {
      assert.equal(refused(service('db', method, ['admin', 'x'])), 'odoo.exceptions.AccessDenied: Access Denied');
    }
    assert.equal(refused(service('common', 'set_loglevel', [10])), 'odoo.exceptions.AccessDenied: Access Denied');
    assert.match(refused(service('common', 'constructor', [])), /Method not found/);
    assert.match(refused(service('toString', 'version', [])), /KeyError: toString/);
  });

  test('a call names its user in many ways, and its options in some', () => {
    const user = (uid: OdooValue, secret: OdooValue = 'key') => {
      const { request } = service('object', 'execute_kw', ['prod', uid, secret, 'res.partner', 'read', [[1]]]);
      assert.ok(request.kind === 'call' && request.credential.type === 'password');
      return [request.credential.uid, request.credential.secret];
    };
    for (const uid of [7, '7', '07']) assert.deepEqual(user(uid), [7, 'key']);
    for (const uid of [false, true, null, 0, -1, '', 'x', '7 ', '-7', [7], 1e300, new OdooFloat('7.0'), 10n ** 20n]) {
      assert.deepEqual(user(uid), [0, 'key']);
    }
    for (const secret of [false, null, 5, ['key']]) assert.deepEqual(user(7, secret), [7, '']);
    for (const named of [null, false, 0, '', [], {}]) {
      const args = ['prod', 7, 'key', 'res.partner', 'read', [[1]], named];
      for (const { request } of [service('object', 'execute_kw', args), xml('xmlrpc', 'object', 'execute_kw', args)]) {
        assert.ok(request.kind === 'call');
        assert.deepEqual(
          [request.database, request.call.positional, Object.keys(request.call.named)],
          ['prod', [[1]], []],
        );
      }
    }
    for (const rest of [['x'], [{}], [[1], 'x'], [[1], [1]], [[1], {}, 1], [null]] satisfies OdooValue[][]) {
      const args = ['prod', 7, 'key', 'res.partner', 'read', ...rest];
      assert.match(refused(service('object', 'execute_kw', args)), /TypeError/);
    }
    assert.match(refused(service('object', 'execute', ['prod', 7, 'key', 5, 'read'])), /TypeError/);
    assert.match(refused(service('object', 'exec_workflow', [])), /NameError: Method not available exec_workflow/);
  });

  test('a database that is named decides how its clients are answered', () => {
    const body = (db: string) =>
      writeJson({ params: { service: 'object', method: 'execute', args: [db, 1, 'k', 'm', 'n'] }, id: 5 });
    for (const [db, order] of [
      ['old', '"name","debug","message","arguments","context"'],
      ['new', '"name","message","arguments","context","debug"'],
    ] as const) {
      const request = httpRequest('POST', '/jsonrpc', JSON_TYPE, Buffer.from(body(db)));
      const found = readRequest(request, (database) => (database === 'old' ? 18 : 19));
      assert.ok(isMessage(found));
      const { error } = JSON.parse(textOf(found.fail({ name: 'builtins.ValueError', message: 'x' })));
      assert.equal(JSON.stringify(Object.keys(error.data)), `[${order}]`);
      assert.equal(error.code, db === 'old' ? 200 : 0);
    }
  });
});

describe('sessions', () => {
  const callBody = (params: object) => writeJson({ params });
  const call = { model: 'res.partner', method: 'read', args: [[1]], kwargs: {} };

  test('the cookie session_id is the token, where there is one', () => {
    const tokenOf = (cookie?: string) => {
      const headers = cookie === undefined ? JSON_TYPE : [...JSON_TYPE, ['Cookie', cookie] as const];
      const { request } = message('/web/dataset/call_kw', callBody(call), headers);
      assert.ok(request.kind === 'call' && request.credential.type === 'session');
      return request.credential.token;
    };
    assert.equal(tokenOf('session_id=abc_-9'), 'abc_-9');
    assert.equal(tokenOf('a=b; session_id=abc; c=d;'), 'abc');
    assert.equal(tokenOf('session_id=abc; session_id=abc'), 'abc');
    for (const cookie of [undefined, '', 'session_id', 'session_id=', 'xsession_id=a', 'session_id=a; session_id=b']) {
      assert.equal(tokenOf(cookie), undefined);
    }
    for (const bad of ['a b', 'a%41', '"a"', 'é', 'x'.repeat(300)])
      assert.equal(tokenOf(`session_id=${bad}`), undefined);
    const other = message('/web/session/destroy', '{}', [...JSON_TYPE, ['X-Openerp-Session-Id', 'abc']]);
    assert.deepEqual(other.request, { kind: 'close-session', token: undefined });
  });

  test('of call_kw the body decides, never the path', () => {
    for (const path of [
      '/web/dataset/call_kw',
      '/web/dataset/call_kw/res.users/unlink',
      '/web/dataset/call_button/x',
    ]) {
      const { request } = message(path, callBody(call));
      assert.ok(request.kind === 'call');
      assert.deepEqual(
        [request.call.model, request.call.method, request.call.form],
        ['res.partner', 'read', 'positional'],
      );
    }
    for (const wrong of [{ args: {} }, { kwargs: 5 }, { model: 1 }, { method: null }, { args: 'x' }]) {
      assert.match(refused(message('/web/dataset/call_kw', callBody({ ...call, ...wrong }))), /TypeError/);
    }
  });

  test('a button is answered with an object, or with false', () => {
    const answer = (path: string, value: OdooValue) => JSON.parse(textOf(message(path, callBody(call)).reply(value)));
    for (const value of [true, null, 7, [1]]) {
      assert.equal(answer('/web/dataset/call_button', value).result, false);
      assert.deepEqual(answer('/web/dataset/call_kw', value).result, value);
    }
    const action = { type: 'ir.actions.act_window_close' };
    assert.deepEqual(answer('/web/dataset/call_button/x', odooObject(Object.entries(action))).result, action);
  });

  test('a session is opened with text', () => {
    const open = (params: object) => message('/web/session/authenticate', writeJson({ params }));
    const expected = { kind: 'open-session', database: 'prod', login: 'a', secret: 'b' };
    assert.deepEqual(open({ db: 'prod', login: 'a', password: 'b', base_location: 'x' }).request, expected);
    assert.equal(Object(open({ db: null, login: 'a', password: 'b' }).request).database, undefined);
    assert.match(refused(open({ db: 'prod', login: 'a' })), /TypeError: .*'password'/);
    assert.match(refused(open({ db: 'prod', login: 1, password: 'b' })), /TypeError/);
    assert.equal(JSON.parse(textOf(open({ db: 'prod' }).reply(true))).id, null);
  });
});

describe('JSON-2', () => {
  const json2 = (body: string, headers: readonly (readonly [string, string])[] = JSON_TYPE) =>
    read('/json/2/res.partner/read', body, headers);

  test('the bearer is taken in any case, and nothing else for one', () => {
    const secretOf = (authorization: string) => {
      const found = json2('{}', [...JSON_TYPE, ['Authorization', authorization]]);
      assert.ok(isMessage(found) && found.request.kind === 'call' && found.request.credential.type === 'bearer');
      return found.request.credential.secret;
    };
    for (const scheme of ['bearer', 'Bearer', 'BEARER']) assert.equal(secretOf(`${scheme} k-1`), 'k-1');
    for (const other of [
      '',
      'bearer',
      'bearer ',
      'Basic YTpi',
      'k-1',
      'bearer a b',
      'bearer é',
      `bearer ${'x'.repeat(8001)}`,
    ]) {
      assert.equal(secretOf(other), undefined);
    }
  });

  test('a body is an object, and does not say what the path says', () => {
    for (const body of ['', 'null', '[]', '{}', '{"__model__":"res.users","__method__":"unlink"}']) {
      const found = json2(body);
      assert.ok(isMessage(found) && found.request.kind === 'call');
      const { call } = found.request;
      assert.deepEqual(
        [call.model, call.method, call.form, Object.keys(call.named)],
        ['res.partner', 'read', 'json2', []],
      );
    }
    for (const body of ['5', '"x"', '[1]', '{"a":1,"a":1}', '{', 'true']) {
      const found = json2(body);
      assert.ok(!isMessage(found) && found.status === 400 && /BadRequest/.test(textOf(found)));
    }
    assert.ok(isMessage(json2('', [])), 'no content type is needed where there is no content');
    const bare = json2('{}', []);
    assert.ok(!isMessage(bare) && bare.status === 415);
  });
});
