import type { Exchange } from '../gateway/exchange.ts';
import type { GrantedOperation } from '../gateway/plan.ts';
import type { Refusal } from '../gateway/problems.ts';
import { isCredentialParameter } from '../gateway/upstreams/credential.ts';
import type { Parameter } from '../openapi/contract.ts';
import { type ParameterFault, refuseParameters } from './parameter-faults.ts';
import { parameterReader } from './parameter-reader.ts';
import { privateHeaderName } from './private-headers.ts';

type HeaderPairs = readonly (readonly [name: string, value: string])[];

/** Headers that the gateway or HTTP itself speaks; a document cannot open them for clients (RFC 9110 §7.6.1, OpenAPI 3.1 §4.8.12.1). */
const RESERVED =
  /^(?:accept|accept-encoding|authorization|connection|content-.*|cookie|dpop|expect|forwarded|host|keep-alive|origin|proxy-.*|te|trailer|traceparent|tracestate|transfer-encoding|upgrade|via|x-forwarded-.*|x-real-ip|x-http-method.*|x-method-override|x-original-.*|x-rewrite-.*)$/;
const VISIBLE = /^[\t\x20-\x7e]*$/;
const MOST_IGNORED = 20;
const NO_HEADERS: HeaderPairs = Object.freeze([]);

/** Reads the declared headers of an exchange; notes the names of undeclared `x-` headers, which nothing will see. */
export function headerReader(place: GrantedOperation): (exchange: Exchange) => HeaderPairs | Refusal {
  const { credential } = place.version.environment;
  const isCredential = (parameter: Parameter): boolean => isCredentialParameter(credential, parameter);
  const own = place.operation.parameters.filter(isCredential).map(({ name }) => name.toLowerCase());
  const declared = place.operation.parameters
    .filter((parameter) => parameter.in === 'header' && !RESERVED.test(parameter.name.toLowerCase()))
    .filter((parameter) => !isCredential(parameter))
    .map((parameter) => ({
      name: parameter.name.toLowerCase(),
      required: parameter.required,
      read: parameterReader(place.version.contract, parameter),
    }));
  const names = new Set(declared.map(({ name }) => name));

  return (exchange) => {
    noteIgnored(exchange, names);
    for (const name of own) {
      if (!name.startsWith('x-') && exchange.header(name) !== undefined) exchange.facts.ignored.push(name);
    }
    if (declared.length === 0) return NO_HEADERS;
    const headers: (readonly [string, string])[] = [];
    const faults: ParameterFault[] = [];
    for (const { name, required, read } of declared) {
      const value = exchange.header(name);
      if (value === undefined) {
        if (required) faults.push({ name, message: 'is required' });
        continue;
      }
      if (!VISIBLE.test(value)) {
        faults.push({ name, message: 'has characters that are not visible ASCII' });
        continue;
      }
      const reading = read([value]);
      if ('message' in reading) faults.push({ name, message: reading.message });
      else headers.push([name, value]);
    }
    return faults.length > 0 ? refuseParameters(faults) : headers;
  };
}

/** Private extension headers that carry no declared meaning: a client that sends one may believe that it had an effect. */
function noteIgnored(exchange: Exchange, declared: ReadonlySet<string>): void {
  const { rawHeaders } = exchange;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const raw = rawHeaders[at] ?? '';
    if (raw.charCodeAt(1) !== 0x2d || (raw.charCodeAt(0) | 0x20) !== 0x78) continue;
    const name = raw.toLowerCase();
    if (declared.has(name)) continue;
    if (exchange.facts.ignored.length >= MOST_IGNORED) return;
    exchange.facts.ignored.push(privateHeaderName(name));
  }
}
