/** What can be written: JSON data without undefined members. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain };

const WIDTH = 116;
/** Texts that YAML 1.2, or an older reader, takes for the same text without quotes. */
const BARE = /^[A-Za-z_][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*$/;
const BARE_KEY = /^[A-Za-z_$/][A-Za-z0-9_./-]*$/;
const OTHER_MEANING = /^(?:true|false|yes|no|on|off|null|y|n)$/i;

/** JSON data as YAML 1.2: what fits stands on one line, all else in blocks. Deterministic: members keep their order. */
export function yamlText(value: Plain): string {
  return isContainer(value) ? `${block(value, 0).join('\n')}\n` : `${scalar(value)}\n`;
}

type Container = readonly Plain[] | { readonly [name: string]: Plain };

function isContainer(value: Plain): value is Container {
  return typeof value === 'object' && value !== null;
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}

function block(value: Container, indent: number): string[] {
  const pad = ' '.repeat(indent);
  const lines: string[] = [];
  const entries: readonly (readonly [start: string, item: Plain])[] = isList(value)
    ? value.map((item) => ['-', item] as const)
    : Object.entries(value).map(([name, item]) => [`${key(name)}:`, item] as const);
  for (const [start, item] of entries) {
    const line = flow(item, WIDTH - indent - start.length - 1);
    if (line !== undefined) lines.push(`${pad}${start} ${line}`);
    else if (!isContainer(item)) lines.push(`${pad}${start} ${scalar(item)}`);
    else if (start === '-') {
      const [first = '', ...rest] = block(item, indent + 2);
      lines.push(`${pad}- ${first.trimStart()}`, ...rest);
    } else lines.push(`${pad}${start}`, ...block(item, indent + 2));
  }
  return lines.length === 0 ? [`${pad}${isList(value) ? '[]' : '{}'}`] : lines;
}

/** On one line of so many characters, or undefined. Objects that hold objects of objects are easier read in blocks. */
function flow(value: Plain, room: number): string | undefined {
  if (isContainer(value) && depth(value) > 2) return undefined;
  const text = inline(value);
  return text.length <= room ? text : undefined;
}

function depth(value: Plain): number {
  if (!isContainer(value)) return 0;
  const items: readonly Plain[] = isList(value) ? value : Object.values(value);
  return items.length === 0 ? 0 : 1 + Math.max(...items.map(depth));
}

function inline(value: Plain): string {
  if (!isContainer(value)) return scalar(value);
  if (isList(value)) return `[${value.map(inline).join(', ')}]`;
  const members = Object.entries(value).map(([name, item]) => `${key(name)}: ${inline(item)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function scalar(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return String(value);
  return BARE.test(value) && !OTHER_MEANING.test(value) ? value : JSON.stringify(value);
}

function key(name: string): string {
  return BARE_KEY.test(name) && !OTHER_MEANING.test(name) ? name : JSON.stringify(name);
}
