import { refuse } from './host.ts';
import { INPUT } from './memory-map.ts';

// Numbers of the codes: their names stand in scanner-module.ts, in this order.
export const EMPTY: i32 = 0;
export const BOM: i32 = 1;
export const SYNTAX: i32 = 2;
export const BAD_NUMBER: i32 = 3;
export const CONTROL_CHARACTER: i32 = 4;
export const BAD_ESCAPE: i32 = 5;
export const LONE_SURROGATE: i32 = 6;
export const TRUNCATED: i32 = 7;
export const TRAILING: i32 = 8;
export const DUPLICATE_KEY: i32 = 9;
export const TOO_DEEP: i32 = 10;
export const TOO_MANY_KEYS: i32 = 11;
export const KEY_TOO_LONG: i32 = 12;
export const VALUE_TOO_LONG: i32 = 13;

/** Ends the answer with a code, at a place of the input. Does not come back, whatever the host does. */
export function fail(code: i32, at: usize): void {
  refuse(code, <i32>(at - INPUT));
  unreachable();
}
