import type { RecordFacts } from '../../gateway/exchange.ts';
import type { GuardFacts } from '../guard/access.ts';
import type { DatabaseKnowledge } from '../knowledge.ts';

/** Puts what the guard has learnt of a call on record; of a call that is tried again, what it learnt last. */
export function recordFacts(learnt: GuardFacts, system: string, facts: RecordFacts): void {
  facts.returned = learnt.returned.size === 0 ? '' : JSON.stringify([...learnt.returned].sort());
  facts.masked = [...learnt.masked].sort();
  facts.written = [...learnt.written].sort();
  facts.ignored = [...learnt.ignored];
  facts.subjects = learnt.shown.subjects(system);
  facts.recordCount = learnt.recordCount;
}

/** A client may put any text in the place of a name: only fields that the catalog knows go on record. */
export function recordRefused(names: readonly string[], { models }: DatabaseKnowledge, facts: RecordFacts): void {
  const known = names.map((name) => {
    const dot = name.lastIndexOf('.');
    return models.get(name.slice(0, dot))?.fields.has(name.slice(dot + 1)) === true ? name : '(unknown)';
  });
  facts.refused.push(...new Set(known));
}
