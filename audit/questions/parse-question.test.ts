import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseQuestion, QuestionError, withHandles } from './parse-question.ts';

describe('a question that came as JSON', () => {
  test('is read with times in full, fields with their interface, and subjects in one form', () => {
    const asked = {
      consumer: 'crm',
      from: '2026-11-01',
      to: '2026-11-25T08:30:00Z',
      decision: 'allowed',
      fields: ['Customer.email', 'customer-master:Customer.phone'],
      fieldUse: ['returned'],
      records: ['erp/res.partner:7'],
      identities: ['identity/https://idp.example jane'],
      types: ['access'],
    };
    assert.deepEqual(parseQuestion(asked), {
      ...asked,
      from: '2026-11-01T00:00:00.000Z',
      to: '2026-11-25T08:30:00.000Z',
      fields: [{ field: 'Customer.email' }, { interface: 'customer-master', field: 'Customer.phone' }],
      records: ['erp/res.partner 7'],
    });
    assert.deepEqual(parseQuestion({}), {});
  });

  test('is refused with the member and the mend', () => {
    for (const [asked, message] of [
      [null, /a JSON object/],
      [[], /a JSON object/],
      [{ consumers: 'crm' }, /no "consumers"; it has consumer/],
      [{ __proto__x: 1 }, /no "__proto__x"/],
      [JSON.parse('{"__proto__": {"consumer": "x"}}'), /no "__proto__"/],
      [{ consumer: '' }, /consumer is a text/],
      [{ consumer: 7 }, /consumer is a text/],
      [{ consumer: 'x'.repeat(201) }, /consumer is a text/],
      [{ from: '25.11.2026' }, /from is a day or a time/],
      [{ to: '2026-13-01' }, /to is a day or a time/],
      [{ decision: 'maybe' }, /decision is one of allowed, refused, failed/],
      [{ fields: 'Customer.email' }, /fields is a list/],
      [{ fields: [] }, /fields is a list/],
      [{ fieldUse: ['seen'] }, /fieldUse is one of/],
      [{ records: ['7'] }, /records are written system\/kind:identifier/],
      [{ records: Array.from({ length: 101 }, () => 'erp/res.partner:7') }, /records is a list of 1 to 100/],
    ] as const) {
      assert.throws(
        () => parseQuestion(asked),
        (error) => error instanceof QuestionError && message.test(error.message),
        String(message),
      );
    }
  });

  test('asks by the handles of every month, and finds nothing where a key was destroyed', () => {
    const handlesOf = (subject: string) =>
      subject.endsWith(' 7') ? [{ handle: `${subject} in october` }, { handle: `${subject} in november` }] : [];
    const { handles, subjects } = withHandles(
      { records: ['erp/res.partner 7', 'erp/res.partner 8'], identities: ['identity/embedded 9'] },
      handlesOf,
    );
    assert.deepEqual(handles, ['erp/res.partner 7 in october', 'erp/res.partner 7 in november']);
    assert.deepEqual(subjects, []);
  });
});
