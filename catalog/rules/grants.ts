import type { Condition, GrantSpec, Mask } from '../documents.ts';
import type { Fault } from '../fault.ts';
import { isDate } from '../iso-date.ts';
import { quoted } from '../quoted.ts';
import { pointerToken } from '../source-text.ts';
import { faultAt, type RuleInput, warningAt } from './rule.ts';

/** A consumer has one grant per interface major: of two, nobody could say which holds. */
export function* grantsDiffer({ catalog }: RuleInput): Iterable<Fault> {
  const first = new Map<string, string>();
  for (const [name, { document, source }] of catalog.grants) {
    const { consumer, interface: granted, major } = document.spec;
    if (consumer === '' || granted === '') continue;
    const key = JSON.stringify([consumer, granted, major]);
    const other = first.get(key);
    if (other === undefined) first.set(key, name);
    else {
      const message = `the grant ${quoted(other)} gives ${quoted(consumer)} the same interface and major; make one of the two`;
      yield faultAt(source, '/spec/consumer', 'grant-duplicate', message);
    }
  }
}

/** Every grant ends; whoever wants one without end must bear to read it at every check. */
export function* grantsEnd({ catalog, today }: RuleInput): Iterable<Fault> {
  for (const { document, source } of catalog.grants.values()) {
    const { until } = document.spec;
    if (until === 'never') {
      yield warningAt(
        source,
        '/spec/until',
        'grant-never-ends',
        'the grant never ends; write the last day if there is one',
      );
    } else if (/^\d{4}-\d{2}-\d{2}$/.test(until) && !isDate(until)) {
      yield faultAt(source, '/spec/until', 'date-invalid', `the calendar has no day ${until}; correct it`);
    } else if (isDate(until) && until < today) {
      yield warningAt(source, '/spec/until', 'grant-ended', `the grant ended on ${until}; renew or delete it`);
    }
  }
}

/** What every token says, whoever it was issued to (RFC 9068 §2.2, RFC 7519 §4.1). */
const CLAIMS_OF_ALL: ReadonlySet<string> = new Set(['iss', 'sub', 'aud', 'client_id', 'jti', 'scope']);

/** The embedded authorization server puts claims into tokens of users only: a client of its own never has any. */
export function* claimsAreIssued({ catalog }: RuleInput): Iterable<Fault> {
  for (const { document, source } of catalog.grants.values()) {
    const { consumer, filter = {}, odoo } = document.spec;
    // An API key brings no claims at all: that is a fault of its own.
    if (odoo !== undefined) continue;
    const clients = catalog.consumers.get(consumer)?.document.spec.clients ?? [];
    const hasUsers = clients.some(
      ({ issuer, grantTypes = [] }) => issuer !== undefined || grantTypes.includes('authorization_code'),
    );
    if (clients.length === 0 || hasUsers) continue;
    for (const [pointer, [, , value]] of conditionsOf(filter)) {
      if (typeof value !== 'object' || value === null || !('claim' in value) || CLAIMS_OF_ALL.has(value.claim))
        continue;
      const message = `no token of ${quoted(consumer)} has the claim ${quoted(value.claim)}: its clients act for no user; write the value itself, or let a client use authorization_code`;
      yield warningAt(source, `${pointer}/2`, 'claim-never-issued', message);
    }
  }
}

/** Every condition of a record filter with its place. */
export function* conditionsOf(
  filter: NonNullable<GrantSpec['filter']>,
): Iterable<readonly [pointer: string, condition: Condition]> {
  for (const [schema, terms] of Object.entries(filter)) {
    for (const [index, term] of terms.entries()) {
      const pointer = `/spec/filter/${pointerToken(schema)}/${index}`;
      if (!('or' in term)) yield [pointer, term];
      else for (const [number, condition] of term.or.entries()) yield [`${pointer}/or/${number}`, condition];
    }
  }
}

/** A window opens before it closes, in a time zone that exists. A window over midnight closes at an earlier time than it opens. */
export function* windowsAreSound({ catalog }: RuleInput): Iterable<Fault> {
  for (const { document, source } of catalog.grants.values()) {
    const { window } = document.spec;
    if (window === undefined) continue;
    if (window.from !== '' && window.from === window.to) {
      yield faultAt(
        source,
        '/spec/window/to',
        'window-invalid',
        'the window ends when it begins; correct one of the two',
      );
    }
    if (window.timeZone !== '' && !isTimeZone(window.timeZone)) {
      const message = `there is no time zone ${quoted(window.timeZone)}; write an IANA name, such as Europe/Brussels`;
      yield faultAt(source, '/spec/window/timeZone', 'time-zone-unknown', message);
    }
  }
}

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The bounds of a bucket mask ascend. */
export function* masksAreSound({ catalog }: RuleInput): Iterable<Fault> {
  for (const { document, source } of catalog.grants.values()) {
    for (const [field, mask] of Object.entries(document.spec.masks ?? {})) {
      if (!boundsAscend(mask)) {
        const pointer = `/spec/masks/${pointerToken(field)}/bounds`;
        yield faultAt(source, pointer, 'mask-invalid', 'the bounds of a bucket ascend without repeats; sort them');
      }
    }
  }
}

function boundsAscend(mask: Mask): boolean {
  if (mask.type !== 'bucket') return true;
  return mask.bounds.every((bound, index) => index === 0 || bound > (mask.bounds[index - 1] ?? bound));
}

/** Nobody approves twice, nor on a day that has not come. */
export function* approvalsAreSound({ catalog, today }: RuleInput): Iterable<Fault> {
  for (const { document, source } of catalog.grants.values()) {
    const seen = new Set<string>();
    for (const [index, { by, at }] of (document.spec.approvals ?? []).entries()) {
      const pointer = `/spec/approvals/${index}`;
      if (by !== '' && seen.has(by)) {
        const message = `${quoted(by)} approves a second time; another person must`;
        yield faultAt(source, `${pointer}/by`, 'approval-invalid', message);
      }
      seen.add(by);
      if (isDate(at) && at > today) {
        yield faultAt(source, `${pointer}/at`, 'approval-invalid', `${at} has not come yet; correct the day`);
      }
    }
  }
}
