import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identitySubject, parseSubject, subjectText } from './subject-text.ts';

test('a subject reads back as it was written, with a space or a colon', () => {
  const customer = { system: 'erp', kind: 'res.partner', identifier: '7' };
  assert.equal(subjectText(customer), 'erp/res.partner 7');
  assert.deepEqual(parseSubject('erp/res.partner 7'), customer);
  assert.deepEqual(parseSubject('erp/res.partner:7'), customer);
  assert.deepEqual(parseSubject('carrier/parcel-tracking.Shipment:A:B 1'), {
    system: 'carrier',
    kind: 'parcel-tracking.Shipment',
    identifier: 'A:B 1',
  });
  assert.deepEqual(parseSubject(identitySubject('', 'crm')), {
    system: 'identity',
    kind: 'embedded',
    identifier: 'crm',
  });
  assert.deepEqual(parseSubject(identitySubject('https://login.example:8443/x', 'a b')), {
    system: 'identity',
    kind: 'https://login.example:8443/x',
    identifier: 'a b',
  });
  for (const wrong of ['', 'erp', 'erp/', 'erp/res.partner', 'erp/res.partner:', '/res.partner 7', 'res.partner 7']) {
    assert.equal(parseSubject(wrong), undefined, wrong);
  }
});
