import type { Fault } from '../../catalog/fault.ts';
import { quoted } from '../../catalog/quoted.ts';
import { faultAt, warningAt } from '../../catalog/rules/rule.ts';
import { childPointer } from '../../openapi/json-pointer.ts';
import { type CheckedGrant, ruleFinder } from '../access/granted-rules.ts';
import { shownValues } from '../access/granted-values.ts';
import { openedOperation } from '../access/opened-operation.ts';
import { shownCopies } from './shown-copies.ts';
import { traceText } from './trace-copies.ts';

/** Ways that one fault tells. */
const MOST_TOLD = 3;

/**
 * Copies of hidden fields that a grant shows without saying so (`grant-shows-copy`), each at the rule that shows it, and
 * entries in `copies` that are none (`copy-unknown`).
 */
export function checkCopies(grant: CheckedGrant): readonly Fault[] {
  const { document, source, places, knowledge } = grant;
  const { copies = {} } = document.spec;
  const shown = places.flatMap((place) => {
    const operation = openedOperation(place, knowledge.major);
    if (operation === undefined) return [];
    const { model } = operation;
    return [...shownValues(operation, knowledge.major)].map((value) => ({ model, value }));
  });
  const ways = new Map<string, string[]>();
  for (const { fieldId, path } of shownCopies(knowledge, shown)) {
    ways.set(fieldId, [...(ways.get(fieldId) ?? []), traceText(path)]);
  }
  const pointerOf = ruleFinder(grant, 'read');
  const faults: Fault[] = [];
  for (const [fieldId, texts] of ways) {
    if (Object.hasOwn(copies, fieldId)) continue;
    const more = texts.length > MOST_TOLD ? ` and ${texts.length - MOST_TOLD} more` : '';
    const message = `${quoted(fieldId)} shows what is hidden from this grant: ${texts.slice(0, MOST_TOLD).join(', ')}${more}; grant the source, too, take the field out, or say under copies why it is shown`;
    faults.push(faultAt(source, pointerOf(fieldId), 'grant-shows-copy', message));
  }
  for (const fieldId of Object.keys(copies)) {
    if (ways.has(fieldId)) continue;
    const message = `${quoted(fieldId)} is shown as no copy of what is hidden from this grant; delete the entry`;
    faults.push(warningAt(source, childPointer('/spec/copies', fieldId), 'copy-unknown', message));
  }
  return faults;
}
