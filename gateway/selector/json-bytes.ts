export const BLANK = 0x20;
export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const MINUS = 0x2d;
export const POINT = 0x2e;
export const ZERO = 0x30;
export const NINE = 0x39;
export const COLON = 0x3a;
export const OPEN_ARRAY = 0x5b;
export const BACKSLASH = 0x5c;
export const CLOSE_ARRAY = 0x5d;
export const LOWER_N = 0x6e;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;

/** 1 for JSON white space (RFC 8259 §2). */
export const SPACE = new Uint8Array(256);
for (const byte of [0x20, 0x09, 0x0a, 0x0d]) SPACE[byte] = 1;

/** 1 for bytes that stand for themselves inside a string; UTF-8 is checked elsewhere. */
export const PLAIN = new Uint8Array(256).fill(1, 0x20);
PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;

/** 1 for what may follow a backslash, but for `u`. */
export const ESCAPABLE = new Uint8Array(256);
for (const character of '"\\/bfnrt') ESCAPABLE[character.charCodeAt(0)] = 1;

/** Value of a hexadecimal digit, 255 for any other byte. */
export const HEX = new Uint8Array(256).fill(255);
for (let digit = 0; digit < 16; digit++) {
  HEX[digit.toString(16).charCodeAt(0)] = digit;
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

const DIGIT_ZERO = 0;
const DIGIT = 1;
const SIGN_MINUS = 2;
const SIGN_PLUS = 3;
const DOT = 4;
const EXPONENT = 5;
const OTHER = 6;
const CLASSES = 8;

const numberClass = new Uint8Array(256).fill(OTHER);
numberClass.fill(DIGIT, ZERO + 1, NINE + 1);
numberClass[ZERO] = DIGIT_ZERO;
numberClass[MINUS] = SIGN_MINUS;
numberClass[0x2b] = SIGN_PLUS;
numberClass[POINT] = DOT;
numberClass[0x65] = EXPONENT;
numberClass[0x45] = EXPONENT;

/** States of the number grammar (RFC 8259 §6): `NUMBER_STEP[state << 8 | byte]`. */
export const NUMBER_START = 0;
/** The byte does not belong to the number: it ends where `NUMBER_COMPLETE` allows it. */
export const NUMBER_END = 9;
export const NUMBER_STEP = new Uint8Array(9 * 256);
/** 1 for states in which a number may end. */
export const NUMBER_COMPLETE = Uint8Array.from([0, 0, 1, 1, 0, 1, 0, 0, 1]);

// start, after minus, zero, whole digits, after point, fraction, after e, after e and sign, exponent
const rows: readonly (readonly number[])[] = [
  [2, 3, 1, 9, 9, 9, 9],
  [2, 3, 9, 9, 9, 9, 9],
  [9, 9, 9, 9, 4, 6, 9],
  [3, 3, 9, 9, 4, 6, 9],
  [5, 5, 9, 9, 9, 9, 9],
  [5, 5, 9, 9, 9, 6, 9],
  [8, 8, 7, 7, 9, 9, 9],
  [8, 8, 9, 9, 9, 9, 9],
  [8, 8, 9, 9, 9, 9, 9],
];
const steps = new Uint8Array(rows.length * CLASSES);
rows.forEach((row, state) => {
  steps.set(row, state * CLASSES);
});
for (let state = 0; state < rows.length; state++) {
  for (let byte = 0; byte < 256; byte++) {
    NUMBER_STEP[(state << 8) | byte] = steps[state * CLASSES + (numberClass[byte] as number)] as number;
  }
}

/** Bytes of the three literals by number: null, true, false. */
export const LITERALS = [Buffer.from('null'), Buffer.from('true'), Buffer.from('false')] as const;
export const NULL_LITERAL = 0;
