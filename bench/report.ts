import { cpus, loadavg, release, totalmem } from 'node:os';
import { percentile, ratio, type Series } from './measure.ts';

export interface ReportFacts {
  readonly series: readonly Series[];
  readonly rounds: number;
  readonly windowMs: number;
  readonly connections: number;
  readonly loadName: string;
  readonly programs: readonly string[];
  readonly missing: readonly string[];
  /** One-minute load average before the first window. */
  readonly loadBefore: number;
  readonly few: string;
  readonly many: string;
}

export const HAPROXY_GOVERNED = 'HAProxy, RS256 verified + limit';
const EXPRESS_GOVERNED = 'Express Gateway 1.16.11, jwt + rate-limit';
export const NGINX = 'nginx, bare reverse proxy';

/** The results as Markdown. */
export function renderReport(facts: ReportFacts): string {
  const { series } = facts;
  const named = (name: string): Series | undefined => series.find((candidate) => candidate.name === name);
  const haproxy = named(HAPROXY_GOVERNED);
  const nginx = named(NGINX);
  const figure = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(2));
  const rows = series
    .toSorted((left, right) => percentile(left.microseconds, 0.5) - percentile(right.microseconds, 0.5))
    .map((candidate) => {
      const { microseconds, requestsPerSecond, name } = candidate;
      const cells = [
        name,
        percentile(microseconds, 0.2).toFixed(1),
        percentile(microseconds, 0.5).toFixed(1),
        figure(ratio(candidate, nginx)),
        figure(ratio(candidate, haproxy)),
        Math.round(percentile(requestsPerSecond, 0.5)).toLocaleString('en'),
      ];
      return `| ${cells.join(' | ')} |`;
    });
  const few = named(facts.few);
  const many = named(facts.many);
  const growth = few === undefined || many === undefined ? undefined : ratio(many, few);
  const ofHaproxy = few === undefined ? undefined : ratio(few, haproxy);
  const express = named(EXPRESS_GOVERNED);
  const timesExpress = express === undefined || few === undefined ? undefined : ratio(express, few);
  const goals: readonly (readonly [what: string, figure: number | undefined, holds: boolean, wanted: string])[] = [
    ['CPU per call ÷ HAProxy, RS256 verified + limit', ofHaproxy, (ofHaproxy ?? 9) <= 1, 'at most 1.00'],
    ['Express Gateway, jwt + rate-limit ÷ a call', timesExpress, (timesExpress ?? 0) >= 15, 'at least 15'],
    [`${facts.many} ÷ ${facts.few}`, growth, (growth ?? 9) <= 1.2, 'at most 1.20'],
  ];
  const verdicts = goals
    .filter(([, value]) => value !== undefined)
    .map(([what, value, holds, wanted]) => `| ${what} | ${figure(value)} | ${wanted} | ${holds ? 'yes' : '**no**'} |`);
  const [cpu] = cpus();
  return `# What a call costs

GET of a 2 kB JSON record with 30 fields through each candidate, everything on one machine over loopback. The figure is
**CPU µs per request**: the time that the candidate's processes spent on a CPU ÷ the requests answered. Portcullis does
its whole work in it: token, grant, limits, validation, selection of 10 of 30 fields, and a record that is durable before
the answer leaves (audit strict). Ratios are medians of the ratios within each round.

| candidate | 20th percentile, µs | median, µs | ÷ nginx | ÷ HAProxy RS256 + limit | requests/s |
|---|---|---|---|---|---|
${rows.join('\n')}

| goal | measured | wanted | reached |
|---|---|---|---|
${verdicts.join('\n')}

- Date: ${new Date().toISOString().slice(0, 10)}
- Machine: ${cpus().length} × ${cpu?.model.trim() ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()}
- One-minute load average: ${facts.loadBefore.toFixed(1)} before, ${(loadavg()[0] ?? 0).toFixed(1)} after; above ${cpus().length} before the start, other work disturbed the figures
- Programs: ${facts.programs.join(', ')}
- Load: ${facts.loadName}, ${facts.connections} connections, closed loop, ${facts.rounds} rounds of ${facts.windowMs} ms windows in random order, the same RS256 token for all
${facts.missing.map((line) => `- Not measured: ${line}\n`).join('')}
Repeat it with \`npm run bench\`; \`node bench/selection.ts\` measures the selector alone.
`;
}
