import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FakeClock, settled } from './turn-clock.fixture.ts';
import { type QueueLimits, type Turn, type TurnLimits, type TurnOutcome, Turnstile } from './turnstile.ts';

const QUEUE: QueueLimits = { maxWaiting: 4, maxWaitMs: Number.POSITIVE_INFINITY };
const ONLINE: TurnLimits = { atOnce: 1, intervalMs: 1000 };

function turn(of: Partial<Turn> = {}): Turn {
  return { lane: 'normal', standing: 'fresh', waitMs: 60_000, owner: new AbortController(), ...of };
}

/** Who has got what, in order. */
function watched() {
  const seen: string[] = [];
  const watch = (name: string, waiting: Promise<TurnOutcome>) =>
    waiting.then((outcome) => seen.push(`${name} ${outcome}`));
  return { seen, watch };
}

describe('turnstile with a pace', () => {
  test('one at a time, each an interval after the one before, however short it was', async () => {
    const clock = new FakeClock();
    const turns = new Turnstile(ONLINE, QUEUE, clock);
    const { seen, watch } = watched();
    assert.equal(turns.tryEnter(), true);
    assert.equal(turns.tryEnter(), false);
    void watch('second', turns.wait(turn()));
    await clock.advance(100);
    turns.release();
    assert.equal(turns.tryEnter(), false);
    await clock.advance(899);
    assert.deepEqual(seen, []);
    await clock.advance(1);
    assert.deepEqual(seen, ['second entered']);
    void watch('third', turns.wait(turn()));
    await clock.advance(1500);
    assert.deepEqual(seen, ['second entered']);
    turns.release();
    await settled();
    assert.deepEqual(seen, ['second entered', 'third entered']);
    turns.release();
    await clock.advance(1000);
    assert.equal(turns.tryEnter(), true);
  });

  test('who cannot be let in in time is refused at once, and told when to come', async () => {
    const clock = new FakeClock();
    const turns = new Turnstile(ONLINE, { ...QUEUE, maxWaiting: 100 }, clock);
    const { seen, watch } = watched();
    turns.tryEnter();
    turns.release();
    for (const name of ['1', '2', '3']) void watch(name, turns.wait(turn({ waitMs: 3500 })));
    void watch('4', turns.wait(turn({ waitMs: 3500 })));
    await settled();
    assert.deepEqual(seen, ['4 refused']);
    assert.equal(turns.retryAfterSeconds('normal'), 4);
    assert.equal(turns.retryAfterSeconds('high'), 1);
    void watch('high', turns.wait(turn({ waitMs: 3500, lane: 'high' })));
    assert.deepEqual([turns.waiting, turns.refused], [4, 1]);
    for (let second = 0; second < 4; second++) {
      await clock.advance(1000);
      if (turns.active > 0) turns.release();
    }
    // The third was overtaken: nobody could know, and it waited no longer than it might.
    assert.deepEqual(seen, ['4 refused', 'high entered', '1 entered', '2 entered', '3 refused']);
    assert.equal(turns.hasRefusedWithin(1000), true);
    assert.equal(turns.hasRefusedWithin(500), false);
  });

  test('who has begun finds room in a full queue; a newcomer does not', async () => {
    const clock = new FakeClock();
    const turns = new Turnstile(ONLINE, { ...QUEUE, maxWaiting: 1 }, clock);
    const { seen, watch } = watched();
    turns.tryEnter();
    void watch('low', turns.wait(turn({ lane: 'low' })));
    void watch('begun', turns.wait(turn({ lane: 'low', standing: 'begun' })));
    void watch('late', turns.wait(turn({ lane: 'low' })));
    void watch('normal', turns.wait(turn()));
    await settled();
    assert.deepEqual(seen, ['late refused', 'low refused']);
    turns.close();
    await settled();
    assert.deepEqual(seen.slice(2), ['normal refused', 'begun refused']);
  });

  test('who has gone leaves at once, and is not counted as refused', async () => {
    const clock = new FakeClock();
    const turns = new Turnstile(ONLINE, QUEUE, clock);
    const { seen, watch } = watched();
    turns.tryEnter();
    const owner = new AbortController();
    void watch('gone', turns.wait(turn({ owner })));
    void watch('next', turns.wait(turn()));
    owner.abort();
    await settled();
    assert.deepEqual([seen, turns.waiting, turns.refused], [['gone gone'], 1, 0]);
    assert.equal(await turns.wait(turn({ owner })), 'gone');
    turns.release();
    await clock.advance(1000);
    assert.deepEqual(seen, ['gone gone', 'next entered']);
    // Whoever has been let in is no longer listened for.
    assert.equal(turns.active, 1);
  });

  test('rests as long as the system asks', async () => {
    const clock = new FakeClock();
    const turns = new Turnstile(ONLINE, QUEUE, clock);
    const { seen, watch } = watched();
    turns.tryEnter();
    turns.rest(7000);
    turns.release();
    void watch('one', turns.wait(turn()));
    void watch('hasty', turns.wait(turn({ waitMs: 5000 })));
    await clock.advance(6999);
    assert.deepEqual(seen, ['hasty refused']);
    await clock.advance(1);
    assert.deepEqual(seen, ['hasty refused', 'one entered']);
  });

  test('begins nothing that usually takes longer than there is time', async () => {
    const clock = new FakeClock();
    const turns = new Turnstile({ atOnce: 1, intervalMs: 0 }, QUEUE, clock);
    for (let call = 0; call < 50; call++) {
      assert.equal(turns.tryEnter(), true);
      await clock.advance(2000);
      turns.release();
    }
    turns.tryEnter();
    const { seen, watch } = watched();
    void watch('in time', turns.wait(turn({ waitMs: 4100 })));
    await clock.advance(2000);
    turns.release();
    await settled();
    assert.deepEqual(seen, ['in time entered']);
    void watch('too late', turns.wait(turn({ waitMs: 4100 })));
    await clock.advance(2200);
    assert.deepEqual(seen, ['in time entered', 'too late refused']);
  });

  test('a wider limit counts from the next change on, and nothing is lost when it narrows', async () => {
    const clock = new FakeClock();
    const turns = new Turnstile({ atOnce: 3, intervalMs: 0 }, QUEUE, clock);
    for (let index = 0; index < 3; index++) assert.equal(turns.tryEnter(), true);
    turns.limits = { atOnce: 1, intervalMs: 0 };
    const { seen, watch } = watched();
    void watch('one', turns.wait(turn()));
    turns.release();
    turns.release();
    await settled();
    assert.deepEqual([seen, turns.active], [[], 1]);
    turns.release();
    await settled();
    assert.deepEqual([seen, turns.active], [['one entered'], 1]);
  });
});
