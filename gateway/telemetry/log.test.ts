import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createLog, type LogDetails, type LogLevel } from './log.ts';

function logged(write: (log: ReturnType<typeof createLog>) => void, level: LogLevel = 'debug'): string {
  let text = '';
  write(
    createLog({
      level,
      destination: {
        write: (line) => {
          text += line;
        },
      },
    }),
  );
  return text;
}

function line(message: string, details?: LogDetails): Record<string, unknown> {
  return JSON.parse(logged((log) => log.info(message, details)));
}

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ3ZWJzaG9wIn0.c2lnbmF0dXJlLWJ5dGVz';

describe('the log', () => {
  test('writes one JSON object per line, with time, level and details', () => {
    const { time, ...rest } = line('snapshot in force', { snapshot: 'sha256:1', operations: 12 });
    assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual(rest, { level: 'info', snapshot: 'sha256:1', operations: 12, message: 'snapshot in force' });
  });

  test('is quiet below its level', () => {
    const all = (log: ReturnType<typeof createLog>): void => {
      log.debug('d');
      log.info('i');
      log.warn('w');
      log.error('e');
    };
    assert.equal(logged(all, 'warn').split('\n').length - 1, 2);
    assert.equal(logged(all, 'silent'), '');
  });

  test('hides what stands under a name that speaks of secrets, at any depth', () => {
    const text = logged((log) =>
      log.info('x', {
        Authorization: 'canary-1',
        headers: { cookie: 'canary-2', 'set-cookie': ['canary-3'], 'x-api-key': 'canary-4' },
        client_secret: 'canary-5',
        options: [{ password: { inner: 'canary-6' } }],
        access_token: 'canary-7',
      }),
    );
    assert.doesNotMatch(text, /canary/);
    assert.match(text, /\(hidden\)/);
  });

  test('hides what looks like a credential wherever it stands', () => {
    const pem = '-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----';
    const error = new Error(`upstream said Bearer canary-abcdef and ${JWT}`, { cause: new Error(pem) });
    const text = logged((log) => {
      log.error(`connect to https://odoo:canary@odoo.internal failed with ${JWT}`, { error });
      log.error('x', { note: 'Authorization: Basic Y2FuYXJ5OmNhbmFyeQ==' });
    });
    for (const secret of ['canary', JWT, 'Y2FuYXJ5', 'eyJ']) assert.ok(!text.includes(secret), secret);
    assert.match(text, /upstream said \(hidden\)/);
  });

  test('keeps what an error says', () => {
    const error = Object.assign(new TypeError('no such file'), { code: 'ENOENT' });
    const logged = line('failed', { error }).error as Record<string, unknown>;
    assert.deepEqual([logged.name, logged.code, logged.message], ['TypeError', 'ENOENT', 'no such file']);
    assert.match(String(logged.stack), /log\.test\.ts/);
  });

  test('cannot be made to write a second line, to overwrite its own members or to steer a terminal', () => {
    const text = logged((log) =>
      log.info('a\n{"level":"error"}\u001b[2J\u202e', {
        level: 'fatal',
        time: 0,
        message: 'other',
        'b\nc': '\r\u0000',
      }),
    );
    assert.equal(text.split('\n').length, 2);
    const parsed = JSON.parse(text);
    assert.equal(parsed.level, 'info');
    assert.equal(parsed.message, 'a | {"level":"error"}\\u{1b}[2J\\u{202e}');
    assert.equal(parsed['b | c'], '\\u{d}\\u{0}');
  });

  test('stays small whatever it is given', () => {
    const deep: Record<string, unknown> = {};
    deep.self = deep;
    const wide = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`m${n}`, 'x'.repeat(10_000)]));
    const text = logged((log) => log.info('x'.repeat(1_000_000), { deep, wide, list: Array(10_000).fill('y') }));
    assert.ok(text.length < 70_000, String(text.length));
    assert.equal(Array.from(String(JSON.parse(text).message)).length, 1025);
  });

  test('writes JSON whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.dictionary(fc.string(), fc.anything()), (message, details) => {
        const text = logged((log) => log.warn(message, details));
        assert.equal(JSON.parse(text).level, 'warn');
        assert.equal(text.indexOf('\n'), text.length - 1);
      }),
    );
  });
});
