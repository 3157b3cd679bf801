/** Ends the answer: throws, and never comes back. `code` is a number of failures.ts, `at` counts from the piece's start. */
export declare function refuse(code: i32, at: i32): void;

/**
 * Takes a value that must be read as a whole: `bytes[at, at + length)` as it is written, at the place of that number.
 * Writes what leaves of it to `out` and gives the place after it, which may be back at the output's start.
 */
export declare function takeWhole(at: usize, length: i32, place: i32, kind: i32, flags: i32, out: usize): usize;
