/**
 * A number as a decimal string with exactly `places` decimals, rounded half away from zero as Odoo rounds. What is
 * rounded is the shortest text that reads back as the number, so 0.1 + 0.2 gives "0.30" and 2.675 gives "2.68".
 */
export function toDecimal(value: number, places: number): string {
  if (!Number.isFinite(value)) throw new RangeError('no decimal string for a number that is not finite');
  const [sign, digits, exponent] = parts(value);
  // value = digits × 10^exponent; scaled to digits × 10^-places.
  const shift = exponent + places;
  let scaled = BigInt(digits);
  if (shift >= 0) scaled *= 10n ** BigInt(shift);
  else {
    const unit = 10n ** BigInt(-shift);
    scaled = (scaled * 2n + unit) / (unit * 2n);
  }
  const text = scaled.toString().padStart(places + 1, '0');
  const whole = text.slice(0, text.length - places);
  const shown = places === 0 ? whole : `${whole}.${text.slice(text.length - places)}`;
  return sign && scaled !== 0n ? `-${shown}` : shown;
}

function parts(value: number): [negative: boolean, digits: string, exponent: number] {
  const [mantissa = '0', power = '0'] = Math.abs(value).toString().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return [value < 0, whole + fraction, Number(power) - fraction.length];
}

const DECIMAL = /^(-?)(\d{1,15})(?:\.(\d+))?$/;

/** The number that a decimal string means; undefined where it is none, has more decimals, or cannot be held exactly enough. */
export function fromDecimal(text: string, places: number): number | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, , whole = '', fraction = ''] = match;
  const significant = (whole + fraction).replace(/^0+/, '').length;
  // A double holds any 15 significant digits.
  if (fraction.length > places || significant > 15) return undefined;
  const value = Number(text);
  return Object.is(value, -0) ? 0 : value;
}
