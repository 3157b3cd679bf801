import { API_VERSION } from './documents.ts';
import { nearestName } from './nearest-name.ts';
import { KINDS } from './validate-document.ts';

/** Larger files are parsed only when an interface refers to them, or when they say whose they are. */
const MOST_GUESSED_BYTES = 1024 * 1024;

/** Whether it is worth parsing a file to see if a catalog document stands in it. */
export function mayBeCatalogFile(bytes: Buffer): boolean {
  return (
    namesPortcullis(bytes) ||
    (bytes.length <= MOST_GUESSED_BYTES && bytes.includes('kind') && bytes.includes('metadata'))
  );
}

/** Whether the text of a file says that it is of this catalog. */
export function namesPortcullis(bytes: Buffer): boolean {
  return bytes.includes('apiVersion') && bytes.includes('portcullis/');
}

/**
 * Whether a document is one of the catalog's, or was meant to be: a kind of ours without a version, or with one that is
 * misspelt. A list of such was meant, too. Documents of other tools (Kubernetes, Backstage) have a version of their own.
 */
export function isCatalogContent(content: unknown): boolean {
  if (Array.isArray(content)) return content.length > 0 && isCatalogContent(content[0]);
  if (typeof content !== 'object' || content === null) return false;
  const { apiVersion, kind, metadata }: { apiVersion?: unknown; kind?: unknown; metadata?: unknown } = content;
  if (typeof apiVersion === 'string' && apiVersion.includes('/')) {
    return apiVersion.startsWith('portcullis/') || nearestName(apiVersion, [API_VERSION]) !== undefined;
  }
  return KINDS.some((known) => known === kind) && typeof metadata === 'object' && metadata !== null;
}

/** Whether a file is UTF-16, as some editors save it: by its byte order mark (RFC 2781 §3.2). */
export function isUtf16(bytes: Buffer): boolean {
  return bytes.length >= 2 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff));
}

/** Whether plain data holds more than so many values; those that several members share count each time. */
export function holdsMoreThan(most: number, content: unknown): boolean {
  let left = most;
  const count = (value: unknown): boolean => {
    left -= 1;
    return left < 0 || (typeof value === 'object' && value !== null && Object.values(value).some(count));
  };
  return count(content);
}
