import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { runGuarded } from '../../odoo/guard/run-guarded.ts';
import { textOf } from './direct-ask.fixture.ts';
import { type Front, observe, unguarded } from './observe.fixture.ts';
import { drawCall, familiesOf } from './random-call.fixture.ts';
import { drawGrant } from './random-grant.fixture.ts';
import { Draw, databaseOf, drawTwins } from './random-twins.fixture.ts';

/**
 * Two databases that differ in what a consumer may not see are one database to it: for random grants and random calls,
 * answers, refusals and the calls to Odoo are the same bytes. PORTCULLIS_RUNS=100000 tries more than the suite does;
 * PORTCULLIS_SEED repeats other random choices than the suite's.
 */
const RUNS = Number(process.env.PORTCULLIS_RUNS ?? 60);
const SEED = Number(process.env.PORTCULLIS_SEED ?? 20_261_125);
const VERSIONS = [16, 17, 18, 19] as const;
type Version = (typeof VERSIONS)[number];

const empties = new Map(VERSIONS.map((version) => [version, databaseOf(version, {})] as const));

/** One grant, one pair of twins, one call: what can be told apart, or undefined. */
async function difference(front: Front, version: Version, family: string, draw: Draw): Promise<string | undefined> {
  const empty = empties.get(version) ?? assert.fail();
  const grant = drawGrant(draw, empty);
  const twins = drawTwins(draw, version, grant.equal);
  const call = drawCall(draw, empty, grant.access, family);
  const left = await observe(front, version, twins.left, grant, call);
  const right = await observe(front, version, twins.right, grant, call);
  const told = [
    ...(left.outcome === right.outcome ? [] : [`answers differ:\n  ${left.outcome}\n  ${right.outcome}`]),
    ...(left.upstream === right.upstream ? [] : [`calls to Odoo differ:\n  ${left.upstream}\n  ${right.upstream}`]),
    ...(left.facts === right.facts ? [] : [`facts differ:\n  ${left.facts}\n  ${right.facts}`]),
    ...[...left.excess, ...right.excess].slice(0, 3),
  ];
  return told.length === 0 ? undefined : `${textOf(call)}\n${told.join('\n')}\nOdoo was asked:\n  ${left.upstream}`;
}

for (const version of VERSIONS) {
  describe(`non-interference before Odoo ${version}`, () => {
    for (const [index, family] of familiesOf(version).entries()) {
      const seed = SEED + 100 * version + index;
      test(`${family}: hidden fields change nothing that can be seen`, async () => {
        const property = fc.asyncProperty(fc.integer(), async (start) => {
          const told = await difference(runGuarded, version, family, new Draw(start));
          assert.equal(told, undefined);
        });
        await fc.assert(property, {
          numRuns: RUNS,
          seed,
          endOnFailure: true,
        });
      });

      test(`${family}: without the guard the difference shows`, async () => {
        const property = fc.asyncProperty(fc.integer(), async (start) => {
          return (await difference(unguarded, version, family, new Draw(start))) === undefined;
        });
        const result = await fc.check(property, { numRuns: 400, seed, endOnFailure: true });
        assert.ok(result.failed, 'the harness would not notice a leak of this kind');
      });
    }
  });
}
