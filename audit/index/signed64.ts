/**
 * Ids as columns of type bigint hold them: the first 64 bits of hexadecimal digits (with or without dashes), as the decimal
 * text of a signed number. Undefined for what has fewer.
 */
export function signed64(digits: string): string | undefined {
  const first = first64(digits);
  return /^[0-9a-f]{16}$/i.test(first) ? BigInt.asIntN(64, BigInt(`0x${first}`)).toString() : undefined;
}

/** The digits of them. */
export function first64(digits: string): string {
  return digits.replaceAll('-', '').slice(0, 16);
}
