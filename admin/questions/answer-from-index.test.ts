import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AuditReadEntry } from '../../audit/entry.ts';
import { QuestionError } from '../../audit/questions/parse-question.ts';
import { type Database, StatementTimeout } from '../../storage/database.ts';
import type { ApiRequest } from '../api.ts';
import { answerFromIndex } from './answer-from-index.ts';

const DATABASE = {} as Database;
const REQUEST: ApiRequest = {
  actor: 'audit-firm',
  parameters: {},
  query: () => undefined,
  queries: () => [],
  body: undefined,
  now: Date.UTC(2026, 10, 25),
};
const FOUND = { query: { b: 1, a: ['0123456789abcdef'] }, rows: 3, body: { secret: 'the answer' } };

describe('an answer from the index', () => {
  const recorded: AuditReadEntry[] = [];
  const record = (entry: AuditReadEntry): Promise<void> => {
    recorded.push(entry);
    return Promise.resolve();
  };
  const answer = answerFromIndex({ database: () => Promise.resolve(DATABASE), record });

  it('leaves once the question is on record, in canonical form', async () => {
    let isDurable = false;
    const waiting = answerFromIndex({
      database: () => Promise.resolve(DATABASE),
      async record(entry) {
        await new Promise((next) => setImmediate(next));
        isDurable = true;
        await record(entry);
      },
    });
    const { status, body } = await waiting(REQUEST, () => Promise.resolve(FOUND));
    assert.deepEqual([status, body, isDurable], [200, FOUND.body, true]);
    assert.deepEqual(recorded.splice(0), [
      {
        type: 'audit-read',
        actor: 'audit-firm',
        query: '{"a":["0123456789abcdef"],"b":1}',
        rows: 3,
        time: '2026-11-25T00:00:00.000Z',
      },
    ]);
  });

  it('does not leave where the question cannot be put on record', async () => {
    const full = answerFromIndex({
      database: () => Promise.resolve(DATABASE),
      record: () => Promise.reject(new Error('the disk is full')),
    });
    await assert.rejects(
      full(REQUEST, () => Promise.resolve(FOUND)),
      /the disk is full/,
    );
  });

  it('says what is wrong with a question, and that it takes too long', async () => {
    const wrong = await answer(REQUEST, () => Promise.reject(new QuestionError('limit is a whole number')));
    assert.deepEqual(wrong, { status: 400, body: { error: 'request-malformed', detail: 'limit is a whole number' } });
    const slow = await answer(REQUEST, () => Promise.reject(new StatementTimeout()));
    assert.equal(slow.status, 503);
    await assert.rejects(
      answer(REQUEST, () => Promise.reject(new Error('something else'))),
      /something else/,
    );
    assert.deepEqual(recorded, []);
  });

  it('says that the index is away', async () => {
    const away = answerFromIndex({ database: () => Promise.resolve(undefined), record });
    const { status, body } = await away(REQUEST, () => assert.fail());
    assert.equal(status, 503);
    assert.match(JSON.stringify(body), /index-away/);
  });

  it('takes on no more than it can, and goes on when there is room', async () => {
    const ends: (() => void)[] = [];
    const running = Array.from({ length: 4 }, () =>
      answer(REQUEST, () => new Promise((resolve) => ends.push(() => resolve(FOUND)))),
    );
    while (ends.length < 4) await new Promise((next) => setImmediate(next));
    assert.equal((await answer(REQUEST, () => Promise.resolve(FOUND))).status, 503);
    for (const end of ends) end();
    for (const one of await Promise.all(running)) assert.equal(one.status, 200);
    assert.equal((await answer(REQUEST, () => Promise.resolve(FOUND))).status, 200);
  });
});
