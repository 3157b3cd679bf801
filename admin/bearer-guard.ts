import { createHash, timingSafeEqual } from 'node:crypto';

/** Says whether an Authorization header carries the admin token; takes the same time whatever is wrong. */
export type BearerGuard = (authorization: string | undefined) => boolean;

/** `token` comes from a secret reference, read by a ReadSecret that refuses weak ones. Throws on an empty one. */
export function bearerGuard(token: string): BearerGuard {
  if (token === '') throw new Error('the admin token is empty; set it');
  const expected = digest(token);
  return (authorization) => {
    const given = /^Bearer +([\x21-\x7e]+)$/i.exec(authorization ?? '')?.[1];
    // Digests are of one length, so that not even the length of the token shows.
    return timingSafeEqual(digest(given ?? ''), expected) && given !== undefined;
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
