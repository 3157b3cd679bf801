import { OdooError } from './odoo-error.ts';

/** An XML element: its name, the text directly in it, and its children. */
export interface XmlElement {
  readonly name: string;
  text: string;
  readonly children: XmlElement[];
}

const TOKEN = /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<(\/?)([\w:.-]+)([^<>]*?)(\/?)>|([^<]+)/y;
const DOCTYPE = /<!DOCTYPE[^[>]*(?:\[([\s\S]*?)\]\s*)?>/;
const ENTITY = /<!ENTITY\s+(\w+)\s+(?:SYSTEM\s+"[^"]*"|"([^"]*)")\s*>/g;
const BUILT_IN: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Reads XML as Python's expat does for an XML-RPC server, faults included: internal entities are expanded, external ones
 * are empty. Nothing is bounded; it is as trusting as the real one.
 */
export function readXml(bytes: Buffer): XmlElement {
  const source = decode(bytes);
  const entities = new Map(Object.entries(BUILT_IN));
  const doctype = DOCTYPE.exec(source);
  for (const [, name = '', text = ''] of doctype?.[1]?.matchAll(ENTITY) ?? []) entities.set(name, text);
  return readTree(doctype === null ? source : source.replace(doctype[0], ''), entities);
}

function decode(bytes: Buffer): string {
  const declared = /^<\?xml[^>]*encoding=["']([\w-]+)["']/.exec(bytes.subarray(0, 200).toString('latin1'))?.[1];
  const text = declared === undefined || /^utf-?8$/i.test(declared) ? bytes.toString('utf8') : bytes.toString('latin1');
  return text.replace(/^\uFEFF/, '');
}

function readTree(source: string, entities: ReadonlyMap<string, string>): XmlElement {
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < source.length; ) {
    const match = TOKEN.exec(source);
    if (match === null) throw expatError(open.length > 0 ? 'unclosed token' : 'not well-formed (invalid token)');
    const [, cdata, closing, name, , selfClosing, text] = match;
    const current = open.at(-1);
    if (cdata !== undefined && current !== undefined) current.text += cdata;
    else if (text !== undefined) {
      if (current !== undefined) current.text += expand(text, entities);
      else if (text.trim() !== '') throw expatError('not well-formed (invalid token)');
    } else if (name !== undefined && closing === '/') {
      if (open.pop()?.name !== name) throw expatError('mismatched tag');
    } else if (name !== undefined) {
      const element: XmlElement = { name, text: '', children: [] };
      if (current !== undefined) current.children.push(element);
      else if (root === undefined) root = element;
      else throw expatError('junk after document element');
      if (selfClosing !== '/') open.push(element);
    }
  }
  if (root === undefined || open.length > 0) throw expatError('no element found');
  return root;
}

function expand(text: string, entities: ReadonlyMap<string, string>, depth = 0): string {
  if (!text.includes('&')) return text;
  if (depth > 20) throw expatError('recursive entity reference');
  return text.replace(/&(#x?[\da-f]+|\w+);?/gi, (_whole, name: string) => {
    if (name.startsWith('#x')) return String.fromCodePoint(Number.parseInt(name.slice(2), 16));
    if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)));
    const meaning = entities.get(name);
    if (meaning === undefined) throw expatError('undefined entity');
    return name in BUILT_IN ? meaning : expand(meaning, entities, depth + 1);
  });
}

const expatError = (text: string) => new OdooError('xml.parsers.expat.ExpatError', `${text}: line 1, column 0`, 500);
