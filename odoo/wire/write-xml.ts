import { isOdooList, OdooFloat, type OdooValue } from './value.ts';

/** How values that XML-RPC has no place for are written. */
export interface XmlStyle {
  /** Python's None: refused as Odoo does, written as its usual "nothing" (false), or as `<nil/>`, which Odoo reads. */
  readonly none: 'refuse' | 'false' | 'nil';
  /**
   * True, towards Odoo: whole numbers beyond 32 bits in the types that it reads, carriage returns by reference. False, as
   * Odoo answers: the former are refused, the latter stand there bare and are read as line ends.
   */
  readonly exact: boolean;
}

/** A value that Odoo cannot answer over XML-RPC; the message is what Python says. */
export class CannotMarshal extends Error {
  readonly class: 'builtins.TypeError' | 'builtins.OverflowError';
  constructor(kind: CannotMarshal['class'], message: string) {
    super(message);
    this.class = kind;
  }
}

const UNFIT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/**
 * Writes a value as Python's `xmlrpc.client` does: line ends between tags, typed strings, control characters left out.
 * Throws CannotMarshal where the style says so.
 */
export function writeXml(value: OdooValue | undefined, style: XmlStyle): string {
  switch (typeof value) {
    case 'string':
      return `<value><string>${escapeXml(value, style)}</string></value>\n`;
    case 'number':
    case 'bigint':
      return writeNumber(value, style);
    case 'boolean':
      return `<value><boolean>${value ? '1' : '0'}</boolean></value>\n`;
    case 'undefined':
      return writeNone(style);
    default:
      return value === null ? writeNone(style) : writeContainer(value, style);
  }
}

/** Text between tags; what XML cannot hold is left out. */
function escapeXml(text: string, { exact }: XmlStyle): string {
  // One sign at a time and no call for each: a text may be nothing but signs.
  const plain = text.replace(UNFIT, '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return exact ? plain.replaceAll('\r', '&#13;') : plain;
}

function writeNone({ none }: XmlStyle): string {
  if (none === 'refuse') {
    throw new CannotMarshal('builtins.TypeError', 'cannot marshal None unless allow_none is enabled');
  }
  return none === 'false' ? '<value><boolean>0</boolean></value>\n' : '<value><nil/></value>';
}

function writeNumber(value: number | bigint, { exact }: XmlStyle): string {
  if (typeof value === 'number' && !Number.isInteger(value)) return `<value><double>${value}</double></value>\n`;
  if (value >= -2_147_483_648 && value <= 2_147_483_647) return `<value><int>${value}</int></value>\n`;
  if (!exact) throw new CannotMarshal('builtins.OverflowError', 'int exceeds XML-RPC limits');
  const whole = BigInt(value);
  const type = BigInt.asIntN(64, whole) === whole ? 'i8' : 'biginteger';
  return `<value><${type}>${whole}</${type}></value>\n`;
}

function writeContainer(value: Exclude<OdooValue, null | boolean | number | bigint | string>, style: XmlStyle): string {
  if (value instanceof OdooFloat) return `<value><double>${value.text}</double></value>\n`;
  if (isOdooList(value)) {
    let text = '<value><array><data>\n';
    for (const member of value) text += writeXml(member, style);
    return `${text}</data></array></value>\n`;
  }
  let text = '<value><struct>\n';
  for (const [name, member] of Object.entries(value)) {
    text += `<member>\n<name>${escapeXml(name, style)}</name>\n${writeXml(member, style)}</member>\n`;
  }
  return `${text}</struct></value>\n`;
}
