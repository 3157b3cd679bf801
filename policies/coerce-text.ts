const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const WHOLE_NUMBER = /^(?:0|-?[1-9]\d*)$/;

/**
 * The JSON values a piece of text may stand for under these JSON types, the narrowest first. Numbers are read by the
 * grammar of JSON alone (no hex, no leading zeros or plus) and only where they keep their value.
 */
export function coerceText(text: string, types: ReadonlySet<string>): readonly unknown[] {
  const isOpen = types.size === 0 || types.has('any');
  if (isOpen) return [text];
  const values: unknown[] = [];
  if (text === '' && types.has('null')) values.push(null);
  if (types.has('boolean') && (text === 'true' || text === 'false')) values.push(text === 'true');
  if ((types.has('integer') || types.has('number')) && WHOLE_NUMBER.test(text)) {
    const value = Number(text);
    if (Number.isSafeInteger(value)) values.push(value);
  } else if (types.has('number') && JSON_NUMBER.test(text)) {
    const value = Number(text);
    if (Number.isFinite(value) && !Object.is(value, -0)) values.push(value);
  }
  if (types.has('string')) values.push(text);
  return values;
}
