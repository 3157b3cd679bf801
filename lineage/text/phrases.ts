import type { ConsumerNode, Contact, FieldNode, GrantNode, LineageEdge, Observed, SystemNode } from '../graph.ts';

/** `crm-platform, #crm-platform`. */
export function contactText({ team, contact, email }: Contact): string {
  return [team, contact ?? email].filter((part) => part !== undefined).join(', ');
}

/** `bank-connect (Banking platform; treasury, telephone 4310)`. */
export function ownedText({ name, title, owner }: ConsumerNode | SystemNode): string {
  const told = [...(title === undefined ? [] : [title]), contactText(owner)].join('; ');
  return `${name} (${told})`;
}

/** `confidential, PII`. */
export function classText({ class: own, tags }: Pick<FieldNode, 'class' | 'tags'>): string {
  return [own, ...tags].join(', ');
}

export function untilText(until: string): string {
  return until === 'never' ? 'without end' : `until ${until}`;
}

/** By which doors, where it is not only REST. */
export function protocolText({ protocols }: GrantNode): string {
  if (!protocols.includes('odoo')) return '';
  return protocols.includes('rest') ? ", over REST and Odoo's protocols" : ", over Odoo's protocols";
}

/** `masked: last-4`, or undefined where nothing is. */
export function maskedText({ masks, maskedEverywhere }: LineageEdge): string | undefined {
  if (masks === undefined) return undefined;
  return `masked: ${masks.join(' or ')}${maskedEverywhere === false ? ' (not at every place)' : ''}`;
}

/** `seen: 1204 exchanges, 12040 records, 2026-09-01 to 2026-11-24`, or that it was not. */
export function seenText(observed: Observed): string {
  return observed.exchanges === 0 ? 'not seen' : `seen: ${observedText(observed)}`;
}

export function observedText({ exchanges, records, masked, first, last }: Observed): string {
  const parts = [counted(exchanges, 'exchange'), counted(records, 'record')];
  if (masked > 0) parts.push(`masked in ${masked}`);
  return [...parts, `${day(first)} to ${day(last)}`].join(', ');
}

export function counted(count: number, name: string): string {
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

/** The day of a moment, ISO 8601. */
export function day(moment: string | undefined): string {
  return moment?.slice(0, 10) ?? '';
}

/** Why Odoo has the value of one field in another. */
export function copyText({ reason }: LineageEdge): string {
  switch (reason) {
    case 'related':
      return 'a related field of';
    case 'inherited':
      return 'inherited from';
    default:
      return 'computed from';
  }
}
