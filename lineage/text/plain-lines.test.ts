import assert from 'node:assert/strict';
import { it } from 'node:test';
import { compiled, inFolder, subjectOf } from '../demo.fixture.ts';
import { Landscape } from '../landscape.ts';
import { grant, SHOP } from '../shop.fixture.ts';
import { traceLineage } from '../trace.ts';
import { lineageText } from './lineage-text.ts';
import { plainLines } from './plain-lines.ts';

it('lines stay lines, whatever stands in them', () => {
  assert.equal(plainLines(['a', 'b\nc\r\u001b[2Jd', '\u202eevil\u2028', 'ünï 数']), 'a\nb?c??[2Jd\n?evil?\nünï 数');
});

it('what documents say cannot move the cursor of who reads their lineage', async () => {
  const hostile = grant('web-2', 'web', 2).replace('Testing', '"Testing\\e[2J\\nWho gets it: nobody"');
  await inFolder({ ...SHOP, 'grants.yaml': hostile }, async (folder) => {
    const landscape = new Landscape(await compiled(folder));
    for (const name of ['web', 'orders:Order.number']) {
      const subject = subjectOf(landscape, name);
      const text = lineageText({ landscape, subject, graph: traceLineage(landscape, subject), observed: undefined });
      assert.match(text, /for: Testing\?\[2J\?Who gets it: nobody/);
      assert.doesNotMatch(text, /\u001b/);
    }
  });
});
