import { isRecordId } from '../typed-call.ts';
import { isOdooList, type OdooValue } from '../wire/value.ts';
import { tooMuch, unfitArgument } from './refusals.ts';
import { isNothing, wholeNumber } from './whole-number.ts';

const MOST_IDS = 10_000;

/** Ids as a client names records: in its order, duplicates among them. */
export interface NamedRecords {
  /** A number that cannot be an id is 0: a record that does not exist. */
  readonly ids: readonly number[];
  /** Possible ids, each once. */
  readonly distinct: readonly number[];
  /** Whether a number was among them that cannot be an id. */
  readonly impossible: boolean;
}

/** Reads one id, a list of them, or nothing. Throws OdooRefusal for everything else. */
export function namedRecords(value: OdooValue | undefined): NamedRecords {
  const list = isNothing(value) ? [] : isOdooList(value) ? value : [value];
  if (list.length > MOST_IDS) throw tooMuch(`At most ${MOST_IDS} ids can be named at once.`);
  const ids = list.map((one) => {
    const number = wholeNumber(one);
    if (number === undefined) throw unfitArgument('ids must be whole numbers');
    return isRecordId(number) ? number : 0;
  });
  const distinct = [...new Set(ids)].filter((id) => id !== 0);
  return { ids, distinct, impossible: ids.includes(0) };
}

/** Whether a call names no record at all, as an `ids` of nothing or an empty list does. */
export function namesNone(value: OdooValue | undefined): boolean {
  return isNothing(value) || (isOdooList(value) && value.length === 0);
}
