import { verbRefused } from './html-reply.ts';
import { readXmlCall, type XmlCall } from './read-xml.ts';
import type { RawReply, RpcHttpRequest, RpcMessage } from './rpc-request.ts';
import { type MajorOf, namesDatabase, readServiceCall } from './service-call.ts';
import { WireError } from './wire-error.ts';
import { type NoneAnswer, type XmlProtocol, xmlFault, xmlReply } from './xml-reply.ts';

/** Content types whose bodies Odoo takes for a form's, so that nothing is left to read. */
const FORM = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)[ \t]*(?:;|$)/i;

/** `POST /xmlrpc/2/<service>` and `/xmlrpc/<service>`. */
export function readXmlRpc(
  request: RpcHttpRequest,
  protocol: XmlProtocol,
  service: string,
  majorOf: MajorOf,
  none: NoneAnswer,
): RpcMessage | RawReply {
  if (request.method !== 'POST') return verbRefused('OPTIONS, POST');
  let call: XmlCall;
  try {
    const isForm = FORM.test(request.header('content-type') ?? '');
    call = readXmlCall(isForm ? Buffer.alloc(0) : request.body);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    // Never a position in bytes that were decoded otherwise: only that it is not understood.
    const fault = { name: 'xml.parsers.expat.ExpatError', message: `not well-formed (${error.code})` } as const;
    return xmlFault(fault, protocol, majorOf(undefined));
  }
  const named = call.params[0];
  const major = majorOf(typeof named === 'string' && namesDatabase(service, call.method) ? named : undefined);
  return {
    protocol,
    request: readServiceCall(service, call.method, call.params, major),
    reply: (value, headers) => xmlReply(value, protocol, major, none, headers),
    fail: (fault, headers) => xmlFault(fault, protocol, major, headers),
  };
}
