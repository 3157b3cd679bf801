import { quoted } from '../catalog/quoted.ts';
import { isObject, member, type PlainObject } from './plain-data.ts';

export type SpecVersion = '2.0' | '3.0' | '3.1' | '3.2';

/** What a document says it is, or what keeps it from being an API description: a fault's code, message and pointer. */
export type Recognised =
  | { readonly document: PlainObject; readonly family: SpecVersion; readonly stated: string }
  | { readonly code: string; readonly message: string; readonly pointer: string };

/** Tells an OpenAPI document (2.0, 3.0, 3.1, 3.2) from its relatives, which are named so that an author sees the mix-up. */
export function recogniseDocument(content: unknown): Recognised {
  const invalid = (message: string, pointer = ''): Recognised => ({ code: 'document-not-openapi', message, pointer });
  const mend = 'give the whole OpenAPI document (2.0, 3.0, 3.1 or 3.2)';
  if (!isObject(content)) return invalid(`this is no OpenAPI document but a plain value; ${mend}`);
  const stated = member(content, 'openapi') ?? member(content, 'swagger');
  const pointer = member(content, 'openapi') === undefined ? '/swagger' : '/openapi';
  if (stated === undefined) {
    if (member(content, 'asyncapi') !== undefined) {
      return invalid(`this is an AsyncAPI document, it describes events, not operations; ${mend}`, '/asyncapi');
    }
    if (member(content, '$schema') !== undefined) return invalid(`this is a JSON Schema; ${mend}`, '/$schema');
    if (member(content, 'components') !== undefined || member(content, 'paths') !== undefined) {
      return invalid(`the member "openapi" with the version is missing, this may be a part of a document; ${mend}`);
    }
    return invalid(`this is no OpenAPI document; ${mend}`);
  }
  if (stated === '2.0' || stated === 2) return { document: content, family: '2.0', stated: '2.0' };
  const family = typeof stated === 'string' ? /^(3\.[012])(?:\.\d+)?(?:-[\w.]+)?$/.exec(stated)?.[1] : undefined;
  if (typeof stated !== 'string' || family === undefined || pointer === '/swagger') {
    const message = `the version ${quoted(String(stated))} is not supported; use 2.0, 3.0, 3.1 or 3.2`;
    return { code: 'spec-version-unsupported', message, pointer };
  }
  return { document: content, family: family as SpecVersion, stated };
}
