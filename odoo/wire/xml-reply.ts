import type { OdooFault } from './fault.ts';
import { lastLine, xmlFaultCode } from './fault-tables.ts';
import type { RawReply } from './rpc-request.ts';
import { type OdooValue, odooObject } from './value.ts';
import { CannotMarshal, writeXml, type XmlStyle } from './write-xml.ts';

/** `/xmlrpc/2` tells errors by numbers, `/xmlrpc` by words. */
export type XmlProtocol = 'xmlrpc/2' | 'xmlrpc';

/**
 * How None is answered: `strict` as Odoo does, which faults after all is done, or `lenient` as false, for clients that
 * would take the fault for a failure.
 */
export type NoneAnswer = 'strict' | 'lenient';

const FAULT_STYLE: XmlStyle = { none: 'false', exact: false };

/** The answer to an XML-RPC call, always status 200. What cannot be written becomes the fault that Odoo makes of it. */
export function xmlReply(
  value: OdooValue | undefined,
  protocol: XmlProtocol,
  major: number,
  none: NoneAnswer,
  headers: readonly string[] = [],
): RawReply {
  let written: string;
  try {
    written = writeXml(value, { none: none === 'strict' ? 'refuse' : 'false', exact: false });
  } catch (error) {
    if (!(error instanceof CannotMarshal)) throw error;
    return xmlFault({ name: error.class, message: error.message }, protocol, major, headers);
  }
  return response(`<params>\n<param>\n${written}</param>\n</params>\n`, major, headers);
}

export function xmlFault(
  fault: OdooFault,
  protocol: XmlProtocol,
  major: number,
  headers: readonly string[] = [],
): RawReply {
  const [faultCode, faultString] = protocol === 'xmlrpc/2' ? numbered(fault) : worded(fault);
  const written = writeXml(odooObject(Object.entries({ faultCode, faultString })), FAULT_STYLE);
  return response(`<fault>\n${written}</fault>\n`, major, headers);
}

function numbered(fault: OdooFault): [number, string] {
  const code = xmlFaultCode(fault.name);
  return [code, code === 1 ? lastLine(fault) : fault.message];
}

function worded(fault: OdooFault): [string, string] {
  const code = xmlFaultCode(fault.name);
  if (code === 3) return ['AccessDenied', fault.message];
  if (code === 1) return [fault.message, lastLine(fault)];
  return [`warning -- ${fault.name.split('.').at(-1)}\n\n${fault.message}`, ''];
}

function response(inside: string, major: number, headers: readonly string[]): RawReply {
  // Odoo 18 wrote its own frame around the answer, with other quotes and one more line end.
  const text =
    major >= 18
      ? `<?xml version="1.0"?>\n<methodResponse>\n${inside}\n</methodResponse>\n`
      : `<?xml version='1.0'?>\n<methodResponse>\n${inside}</methodResponse>\n`;
  return { status: 200, contentType: 'text/xml; charset=utf-8', headers, body: Buffer.from(text) };
}
