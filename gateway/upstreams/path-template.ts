/** Makes a path from decoded values; undefined when a value cannot stand in one segment. */
export type BuildPath = (values: Readonly<Record<string, string>>) => string | undefined;

const TEMPLATE = /\{([^{}]+)\}/g;

/**
 * Compiles a path template (`/orders/{id}/lines`). Values are written percent-encoded into their one segment: what was
 * checked is what is sent. Values that an upstream could read as more than a segment are refused: empty ones, dot
 * segments, separators and controls. Throws an Error for a template that is not a plain path.
 */
export function compilePath(prefix: string, template: string): BuildPath {
  const whole = prefix + template;
  if (!/^\/[!-~]*$/.test(whole.replace(TEMPLATE, 'x')) || /[?#\\]|\/\.{1,2}(\/|$)/.test(whole)) {
    throw new Error(`the upstream path ${whole} is not a plain path.`);
  }
  const literals: string[] = [];
  const names: string[] = [];
  let from = 0;
  for (const match of whole.matchAll(TEMPLATE)) {
    literals.push(whole.slice(from, match.index));
    names.push(match[1] ?? '');
    from = match.index + match[0].length;
  }
  const last = whole.slice(from);
  if (names.length === 0) return () => last;
  return (values) => {
    let path = '';
    for (let index = 0; index < names.length; index++) {
      const name = names[index] as string;
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (value === undefined || !isSegment(value)) return undefined;
      path += (literals[index] as string) + encodeURIComponent(value);
    }
    return path + last;
  };
}

function isSegment(value: string): boolean {
  return value !== '' && value !== '.' && value !== '..' && !/[/\\\x00-\x1f\x7f]/.test(value) && value.isWellFormed();
}
