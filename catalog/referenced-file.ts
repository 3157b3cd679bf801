import { posix } from 'node:path';

/** Either the path inside the folder that a reference means, or what is wrong with it. */
export type ResolvedReference = { readonly path: string } | { readonly wrong: string };

/**
 * The file that a document refers to, relative to the document's own file. Only a lexical matter: whether the file
 * exists is for the caller to see. Nothing outside the folder and no address can be meant.
 */
export function resolveReference(reference: string, fromFile: string): ResolvedReference {
  if (/^[a-z][a-z0-9+.-]*:/i.test(reference) || reference.startsWith('//')) {
    return { wrong: 'is an address; nothing is ever fetched: put the file into the folder and write its path' };
  }
  if (reference.startsWith('/')) return { wrong: 'is an absolute path; write it relative to this file' };
  if (/[\\\u0000-\u001f\u007f]/.test(reference)) return { wrong: 'is no plain path; use / and no control characters' };
  const path = posix.normalize(posix.join(posix.dirname(fromFile), reference));
  if (path === '..' || path.startsWith('../'))
    return { wrong: 'leads out of the folder; put the file into the folder' };
  return { path };
}
