import { randomBytes } from 'node:crypto';

/** Random digits are drawn by the page: one system call and one conversion for hundreds of ids. */
const PAGE_BYTES = 8192;
let page = '';
let used = 0;

/** Lower-case hex digits from the system's generator. */
export function randomHex(digits: number): string {
  if (used + digits > page.length) {
    page = randomBytes(PAGE_BYTES).toString('hex');
    used = 0;
  }
  const hex = page.slice(used, used + digits);
  used += digits;
  return hex;
}

const VARIANTS = ['8', '9', 'a', 'b'];

/** A random UUID (RFC 9562 §5.4). */
export function randomId(): string {
  const hex = randomHex(32);
  const variant = VARIANTS[hex.charCodeAt(16) & 3] as string;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}
