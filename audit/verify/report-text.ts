import type { Finding } from './finding.ts';
import type { Report } from './report.ts';

const MOST_SHOWN = 12;

/** The verdict for people: what was found, what it rests on, and what it cannot know. */
export function reportText(report: Report): string {
  const lines = [
    `${report.verdict === 'verified' ? 'VERIFIED' : 'WRONG'}  ${report.path}`,
    ...subject(report),
    `checkpoint  ${number(report.size)} entries of ${report.origin}, root ${report.root}`,
    ...trust(report),
    ...findingsText(report.findings, report.counts),
  ];
  if (report.verdict === 'verified') lines.push('checked', ...report.checked.map((line) => `  - ${line}`));
  lines.push('this cannot know', ...report.unknown.map((line) => `  - ${line}`));
  return lines.join('\n');
}

function subject({ ledger, export: taken, proof, seconds, verdict }: Report): string[] {
  if (proof !== undefined)
    return [
      `proof       entry ${proof.index} ${verdict === 'verified' ? 'is' : 'is not shown to be'} in the log`,
      `  ${proof.entry}`,
    ];
  if (taken !== undefined) {
    return [
      `export      ${number(taken.rows)} rows, ${number(taken.entries)} proven entries, created ${taken.created} by ${taken.software}`,
      `question    ${taken.question}`,
      `files       ${taken.files.join(', ')}`,
    ];
  }
  if (ledger === undefined) return [];
  const from = ledger.minimum === 0 ? '' : ` from ${number(ledger.minimum)} on (older ones were pruned)`;
  const times = ledger.from === undefined ? '' : `, ${ledger.from} to ${ledger.to}`;
  const { checked, signatureOnly } = ledger.checkpoints;
  const lines = [
    `entries     ${number(ledger.entries)}${from}${times}; ${number(ledger.perSecond)} a second, ${seconds.toFixed(1)} s`,
    `history     ${number(checked)} checkpoints agree or are told below${signatureOnly === 0 ? '' : `, of ${number(signatureOnly)} only the signature can be checked`}`,
  ];
  const { count, lost, list } = ledger.gaps;
  lines.push(
    count === 0
      ? 'gaps        none on record'
      : `gaps        ${number(count)} on record, ${number(lost)} entries known to be lost`,
  );
  for (const gap of list.slice(0, MOST_SHOWN))
    lines.push(
      `  - entry ${gap.index}, ${gap.time}: ${gap.cause}${gap.lost === undefined ? '' : `, ${number(gap.lost)} lost`}`,
    );
  if (ledger.unsigned !== undefined && ledger.unsigned > 0)
    lines.push(`journal     ${number(ledger.unsigned)} entries behind the checkpoint are not signed yet`);
  return lines;
}

function trust({ trust: { keys, chain, witnesses } }: Report): string[] {
  const lines = [
    `keys        ${keys === 'given' ? 'given by you' : 'found beside the log, NOT given by you'}${chain.length > 1 ? `, ${chain.length - 1} rotation${chain.length > 2 ? 's' : ''}` : ''}`,
    ...chain.map((key) => `  - ${key}`),
  ];
  for (const { name, size, time } of witnesses)
    lines.push(`witness     ${name} saw ${number(size)} entries at ${time}`);
  return lines;
}

function findingsText(findings: readonly Finding[], counts: Readonly<Record<string, number>>): string[] {
  const shown = findings.slice(0, MOST_SHOWN);
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const lines = shown.map(({ severity, message, file, index, code }) => {
    const place = [...(file === undefined ? [] : [file]), ...(index === undefined ? [] : [`entry ${index}`])].join(
      ', ',
    );
    return `${severity.padEnd(11)} ${message}${place === '' ? '' : ` [${place}]`} (${code})`;
  });
  if (all > shown.length) lines.push(`            and ${number(all - shown.length)} more, see --json`);
  return lines;
}

/** `1,234,567` */
function number(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
