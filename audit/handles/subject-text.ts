/** A record or person as the ledger knows it. */
export interface Subject {
  /** Name of the system in the catalog; `identity` for whom tokens stand for. */
  readonly system: string;
  /** Odoo model (`res.partner`), `<interface>.<Schema>`, or issuer; without spaces. */
  readonly kind: string;
  readonly identifier: string;
}

/** `erp/res.partner 7`: what handles are made of. */
export function subjectText({ system, kind, identifier }: Subject): string {
  return `${system}/${kind} ${identifier}`;
}

const IDENTITY = 'identity';

/**
 * Reads `erp/res.partner 7`, or `erp/res.partner:7` as it is easier to type; undefined for anything else. Issuers have
 * colons in their names: whom a token stands for is written with a space.
 */
export function parseSubject(text: string): Subject | undefined {
  const form = text.startsWith(`${IDENTITY}/`) ? /^([^/\s]+)\/(\S+) (.+)$/ : /^([^/\s]+)\/([^\s:]+)[ :](.+)$/;
  const [, system, kind, identifier] = form.exec(text) ?? [];
  if (system === undefined || kind === undefined || identifier === undefined) return undefined;
  return { system, kind, identifier };
}

/** Whom a token stands for; issuer '' is the embedded authorization server. */
export function identitySubject(issuer: string, subject: string): string {
  return `${IDENTITY}/${issuer === '' ? 'embedded' : issuer} ${subject}`;
}
