import type { Exchange } from '../gateway/exchange.ts';
import type { GrantedOperation } from '../gateway/plan.ts';
import { type Refusal, refuse } from '../gateway/problems.ts';
import type { Parameter } from '../openapi/contract.ts';
import { emptyObject } from '../openapi/plain-data.ts';
import { type ParameterFault, refuseParameters } from './parameter-faults.ts';
import { type ParameterReader, parameterReader } from './parameter-reader.ts';
import { decodeStrictly } from './parse-query.ts';

type Place = Pick<GrantedOperation, 'operation' | 'version'>;
type PathValues = Readonly<Record<string, string>>;

const EMPTY: PathValues = Object.freeze(emptyObject() as Record<string, string>);

/** Reads the path parameters of an exchange: decoded once, checked by their schemas, unable to change the path they came in. */
export function pathReader(place: Place): (exchange: Exchange) => PathValues | Refusal {
  const declared = new Map<string, Parameter>();
  for (const parameter of place.operation.parameters) {
    if (parameter.in === 'path') declared.set(parameter.name, parameter);
  }
  if (declared.size === 0) return () => EMPTY;
  const readers = new Map<string, ParameterReader>();
  for (const [name, parameter] of declared) readers.set(name, parameterReader(place.version.contract, parameter));

  return (exchange) => {
    const { pathParameters } = exchange.plan;
    const values = emptyObject() as Record<string, string>;
    const faults: ParameterFault[] = [];
    for (let index = 0; index < pathParameters.length; index++) {
      const name = pathParameters[index] ?? '';
      const decoded = decodeSegment(exchange.pathValues[index] ?? '');
      if (decoded === undefined) return refuse('path-not-canonical', 'A path parameter is not well encoded.');
      const read = readers.get(name)?.([decoded]);
      if (read !== undefined && 'message' in read) faults.push({ name, message: read.message });
      values[name] = decoded;
    }
    return faults.length > 0 ? refuseParameters(faults) : values;
  };
}

/** What is decoded must still be one path segment, wherever it is put together again (RFC 3986 §3.3, §5.2.4). */
function decodeSegment(text: string): string | undefined {
  const decoded = decodeStrictly(text);
  if (decoded === undefined || decoded === '' || decoded === '.' || decoded === '..') return undefined;
  return /[/\\]/.test(decoded) ? undefined : decoded;
}
