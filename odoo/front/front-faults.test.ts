import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noFacts } from '../../gateway/no-facts.ts';
import { PROBLEM_CODES, problemTitle } from '../../gateway/problems.ts';
import { noGuardFacts } from '../guard/access.ts';
import type { DatabaseKnowledge } from '../knowledge.ts';
import { faultOf } from './front-faults.ts';
import { recordFacts, recordRefused } from './record-facts.ts';
import { upstreamRefusal } from './upstream-refusal.ts';

describe('faults of the pipeline', () => {
  it('say the title of the problem, or that access is denied', () => {
    for (const code of PROBLEM_CODES) {
      const { name, message } = faultOf(code);
      assert.ok(message === problemTitle(code) || name === 'odoo.exceptions.AccessDenied', code);
    }
  });
});

describe('refusals of Odoo', () => {
  const told = (failure: string, effect: 'read' | 'change' = 'change') => {
    const { fault, code } = upstreamRefusal({ ok: false, failure }, effect);
    return [fault.name, code];
  };

  it('keep the classes that clients tell apart, and the gateway’s own sentence', () => {
    assert.deepEqual(told('ValidationError'), ['odoo.exceptions.ValidationError', 'business-rule']);
    assert.deepEqual(told('UserError'), ['odoo.exceptions.UserError', 'business-rule']);
    assert.deepEqual(told('MissingError'), ['odoo.exceptions.MissingError', 'record-not-found']);
    assert.deepEqual(told('SerializationFailure'), ['odoo.exceptions.LockError', 'conflict']);
    assert.deepEqual(told('Http503', 'read'), ['werkzeug.exceptions.ServiceUnavailable', 'upstream-busy']);
    assert.deepEqual(told('constructor'), ['builtins.RuntimeError', 'upstream-failed']);
  });

  it('leave a write in doubt where it is', () => {
    assert.deepEqual(told('Http502'), ['builtins.RuntimeError', 'outcome-unknown']);
    assert.deepEqual(told('Http502', 'read'), ['builtins.RuntimeError', 'upstream-failed']);
  });
});

describe('facts for the record', () => {
  it('are names and counts, in order', () => {
    const learnt = noGuardFacts();
    learnt.returned.add('Customer.name').add('Customer.id');
    learnt.shown.add('res.partner', 7);
    learnt.recordCount = 1;
    const facts = noFacts();
    recordFacts(learnt, 'erp', facts);
    assert.equal(facts.returned, '["Customer.id","Customer.name"]');
    assert.deepEqual([facts.subjects, facts.recordCount], [['erp/res.partner 7'], 1]);
  });

  it('hold no text of a client in the place of a name', () => {
    const partner = { name: 'res.partner', fields: new Map([['vat', undefined]]) };
    const knowledge = { major: 19, models: new Map([['res.partner', partner]]) } as unknown as DatabaseKnowledge;
    const facts = noFacts();
    recordRefused(['res.partner.vat', 'res.partner.secret', 'secret', 'secret.vat'], knowledge, facts);
    assert.deepEqual(facts.refused, ['res.partner.vat', '(unknown)']);
  });
});
