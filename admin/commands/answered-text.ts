import type { AnsweredLog } from '../../audit/questions/answer.ts';
import { minuteText } from './cut-text.ts';

const ROOT_DIGITS = 16;

/** What an answer leans on, and what it cannot know: the last lines of every report. */
export function answeredText(logs: readonly AnsweredLog[]): string {
  if (logs.length === 0) return 'The index holds no ledger yet: nothing can be answered from it.';
  return logs.flatMap((log) => [leansOn(log), ...limitsOf(log)]).join('\n');
}

function leansOn({ origin, size, root, seen }: AnsweredLog): string {
  const short = Buffer.from(root, 'base64').toString('hex').slice(0, ROOT_DIGITS);
  return `Answered from ${origin} at its checkpoint of ${number(size)} entries\n(root ${short}…, seen ${minuteText(seen)} UTC).`;
}

function limitsOf({ size, indexed, minimum, unreadable, unresolved }: AnsweredLog): string[] {
  return [
    indexed < size ? `The index lags: the last ${number(size - indexed)} of these entries are not in the answer.` : '',
    minimum > 0 ? `Entries before ${number(minimum)} have been pruned.` : '',
    unreadable > 0 ? `${number(unreadable)} entries could not be read: let "audit verify" look at the ledger.` : '',
    unresolved > 0 ? `${number(unresolved)} entries refer to definitions that are not there.` : '',
  ].filter((line) => line !== '');
}

function number(value: number): string {
  return value.toLocaleString('en');
}
