import type { Caller, HoldingGrant, Retirement, RetiringVersion } from '../retirement/retirement.ts';
import { contactText, day, observedText, untilText } from './phrases.ts';
import { plainLines } from './plain-lines.ts';
import { type Branch, treeLines } from './tree.ts';

const ANSWERS = { yes: 'Yes', no: 'No', unknown: 'Not known' } as const;

/** The answer for people, the evidence below it. */
export function retirementText(retirement: Retirement): string {
  const { answer, reasons, next, versions, grants, callers, evidence } = retirement;
  const what = [
    `${retirement.interface}${retirement.version === undefined ? '' : `/${retirement.version}`}`,
    ...(retirement.field === undefined ? [] : [retirement.field]),
  ].join(':');
  return plainLines([
    `${ANSWERS[answer]}: ${what}`,
    ...reasons.map((reason) => `  ${reason}`),
    '',
    ...section('Versions', versions.map(versionBranch)),
    ...section('Who may use it', grants.map(grantBranch)),
    ...(evidence === undefined
      ? []
      : section(`Who used it, ${day(evidence.from)} to ${day(evidence.to)}`, callers.map(callerBranch))),
    ...(next.length === 0 ? [] : ['Next', ...next.map((step) => `  ${step}`)]),
  ]).trimEnd();
}

function section(title: string, branches: readonly Branch[]): string[] {
  return [title, ...treeLines(branches.length === 0 ? [{ line: 'nobody' }] : branches), ''];
}

function versionBranch({ version, lifecycle, served, deprecated, sunset, successor }: RetiringVersion): Branch {
  const told = [
    lifecycle,
    ...(deprecated === undefined ? [] : [`deprecated on ${deprecated}`]),
    ...(sunset === undefined ? [] : [`sunset on ${sunset}`]),
    ...(successor === undefined ? [] : [`successor ${successor}`]),
    served.length === 0 ? 'answers nowhere' : `answers in ${served.join(', ')}`,
  ];
  return { line: `${version}: ${told.join('; ')}` };
}

function grantBranch(grant: HoldingGrant): Branch {
  const { consumer, owner, environment, until, state, operations, uses, observed } = grant;
  return {
    line: `${consumer} (${contactText(owner)}; ${environment})${state === 'in force' ? '' : `, ${state}`}`,
    notes: [
      `by ${grant.grant} ${untilText(until)}`,
      `${uses === undefined ? '' : `${uses.join(', ')} in `}${operations.join(', ')}`,
      ...(observed === undefined
        ? []
        : [observed.exchanges === 0 ? 'not seen' : `seen: at least ${observedText(observed)}`]),
    ],
  };
}

function callerBranch({ consumer, grant, owner, versions, observed }: Caller): Branch {
  const ask = owner === undefined ? 'not in the catalog' : contactText(owner);
  return {
    line: `${consumer} (${ask})`,
    notes: [`by ${grant} on ${versions.join(', ')}`, `at least ${observedText(observed)}`],
  };
}
