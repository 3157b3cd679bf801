import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { QuestionError } from '../../audit/questions/parse-question.ts';
import { askedByMembers, askedByOrder } from './parse-asked.ts';

const byUrl = (search: string) => {
  const parameters = new URLSearchParams(search);
  return askedByMembers({
    query: (name) => parameters.get(name) ?? undefined,
    queries: (name) => parameters.getAll(name),
  });
};

describe('what is asked over the admin API', () => {
  it('is the same in a query and in a body', () => {
    const search =
      'consumer=crm&field=Customer.email&field=order-status:Order.state&use=returned&record=erp/res.partner:7' +
      '&from=2026-11-01&limit=7&unusedDays=90&afterOrigin=gateway/log&afterIndex=12';
    const body = {
      question: {
        consumer: 'crm',
        fields: ['Customer.email', 'order-status:Order.state'],
        fieldUse: ['returned'],
        records: ['erp/res.partner:7'],
        from: '2026-11-01',
      },
      limit: 7,
      unusedDays: 90,
      after: { origin: 'gateway/log', index: 12 },
    };
    assert.deepEqual(byUrl(search), askedByOrder(body));
    assert.deepEqual(byUrl(search), {
      question: {
        consumer: 'crm',
        from: '2026-11-01T00:00:00.000Z',
        fields: [{ field: 'Customer.email' }, { interface: 'order-status', field: 'Order.state' }],
        fieldUse: ['returned'],
        records: ['erp/res.partner 7'],
      },
      limit: 7,
      unusedDays: 90,
      after: { origin: 'gateway/log', index: 12 },
    });
  });

  it('is everything where nothing is said', () => {
    assert.deepEqual(byUrl(''), { question: {}, limit: 100 });
    assert.deepEqual(askedByOrder(undefined), { question: {}, limit: 100 });
  });

  it('is refused, naming the mend, where it cannot be', () => {
    const bodies: readonly (readonly [body: unknown, said: RegExp])[] = [
      [{ limit: 0 }, /limit is a whole number from 1 to 1000/],
      [{ limit: 1001 }, /limit/],
      [{ limit: '7' }, /limit/],
      [{ unusedDays: 1.5 }, /unusedDays/],
      [{ after: 'x' }, /after is what an answer gave as next/],
      [{ after: { origin: 'x', index: -1 } }, /after/],
      [{ after: { origin: 'x'.repeat(501), index: 1 } }, /after/],
      [{ qestion: {} }, /an order has question, limit, after and unusedDays/],
      [{ question: { colour: 'red' } }, /a question has no "colour"/],
    ];
    for (const [body, said] of bodies) {
      assert.throws(
        () => askedByOrder(body),
        (error) => error instanceof QuestionError && said.test(error.message),
      );
    }
    for (const search of [
      'limit=many',
      'limit=-1',
      'afterIndex=1',
      'afterOrigin=x',
      'from=yesterday',
      'record=seven',
    ]) {
      assert.throws(() => byUrl(search), QuestionError, search);
    }
  });
});
