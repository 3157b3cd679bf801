import { contactText, counted, day } from '../text/phrases.ts';
import type { Retirement, RetirementQuestion } from './retirement.ts';

/** All that is known of what would go. */
export interface KnownOfRetirement extends Pick<Retirement, 'versions' | 'grants' | 'callers' | 'evidence'> {
  readonly question: RetirementQuestion;
  /** ISO date. */
  readonly today: string;
}

type Judgement = Pick<Retirement, 'answer' | 'reasons' | 'next'>;

/**
 * No, while somebody holds a grant that is in force, or called within the time. Yes, when nobody does and the ledger has
 * seen nobody through all of the time. Without that evidence nothing is known.
 */
export function judge(known: KnownOfRetirement): Judgement {
  const { versions, grants, callers } = known;
  if (versions.every(({ lifecycle }) => lifecycle === 'retired')) {
    return { answer: 'yes', reasons: ['It is retired already.'], next: [] };
  }
  // What answers nowhere cannot be called, whatever was seen before.
  if (versions.every(({ served }) => served.length === 0)) {
    return { answer: 'yes', reasons: ['It answers in no environment.', ...callReasons(known)], next: [] };
  }
  const live = grants.filter(({ state }) => state === 'in force');
  const reasons = [...holdReasons(known, live), ...callReasons(known)];
  if (live.length > 0 || callers.length > 0) return { answer: 'no', reasons, next: steps(known, live) };
  const missing = missingEvidence(known);
  if (missing !== undefined) {
    return { answer: 'unknown', reasons: [...reasons, missing.why], next: [missing.mend] };
  }
  return { answer: 'yes', reasons, next: lifecycleSteps(known) };
}

function holdReasons({ grants }: KnownOfRetirement, live: KnownOfRetirement['grants']): string[] {
  if (live.length === 0) {
    return [grants.length === 0 ? 'Nobody holds a grant on it.' : 'No grant on it is in force any more.'];
  }
  const consumers = new Set(live.map(({ consumer }) => consumer));
  return [`${counted(consumers.size, 'consumer')} may use it, by ${counted(live.length, 'grant')} in force.`];
}

function callReasons({ callers, evidence, question }: KnownOfRetirement): string[] {
  if (evidence === undefined) return [];
  if (callers.length === 0) {
    return covers({ evidence }) ? [`Nobody used it in the last ${question.days} days.`] : [];
  }
  const last = callers
    .map(({ observed }) => observed.last ?? '')
    .sort()
    .at(-1);
  const consumers = new Set(callers.map(({ consumer }) => consumer));
  return [`${counted(consumers.size, 'consumer')} used it in the last ${question.days} days, last on ${day(last)}.`];
}

/** Whether the ledger reaches back as far as it was asked. */
function covers({ evidence }: Pick<KnownOfRetirement, 'evidence'>): boolean {
  return evidence?.since !== undefined && evidence.since <= evidence.from;
}

function missingEvidence(known: KnownOfRetirement): { readonly why: string; readonly mend: string } | undefined {
  const { evidence, question } = known;
  if (evidence === undefined) {
    return {
      why: 'Whether somebody used it is not known: there is no index of the ledger here.',
      mend: 'Ask where the gateway keeps its data (PORTCULLIS_DATA), after its index was built.',
    };
  }
  if (covers(known)) return undefined;
  const since = evidence.since === undefined ? 'holds nothing yet' : `holds nothing before ${day(evidence.since)}`;
  return {
    why: `Whether somebody used it in the last ${question.days} days is not known: the ledger ${since}.`,
    mend: 'Ask again when it holds enough, or with fewer --days.',
  };
}

function steps(known: KnownOfRetirement, live: KnownOfRetirement['grants']): string[] {
  const { callers, question } = known;
  const calling = new Set(callers.map(({ consumer }) => consumer));
  const idle = live.filter(({ consumer }) => !calling.has(consumer));
  const what = question.field === undefined ? 'end the grant' : 'take the field out of the grant';
  return [
    ...callers.map(({ consumer, owner }) => {
      const ask = owner === undefined ? 'nobody answers for it in the catalog' : contactText(owner);
      return `Move ${consumer} away first: ${ask}.`;
    }),
    ...idle.map(({ consumer, grant, owner, observed }) => {
      const seen = observed === undefined ? '' : `${consumer} did not use it for ${question.days} days. `;
      return `${seen}Ask ${contactText(owner)} whether ${consumer} needs it; if not, ${what} ${grant}.`;
    }),
    ...lifecycleSteps(known),
  ];
}

/** What its consumers have been told, and what is still to be told. */
function lifecycleSteps({ versions, today, question }: KnownOfRetirement): string[] {
  if (question.field !== undefined) return [];
  return versions.flatMap(({ version, lifecycle, sunset }) => {
    if (lifecycle === 'production' || lifecycle === 'preview') {
      return [`Version ${version} is in ${lifecycle}: deprecate it with a sunset date before it is retired.`];
    }
    if (lifecycle === 'deprecated' && sunset !== undefined && sunset > today) {
      return [`Version ${version} was promised until ${sunset}.`];
    }
    return [];
  });
}
