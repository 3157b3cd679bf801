import { Derivation, type Progress } from './derivation.ts';
import { EntryCheck } from './entry-check.ts';
import { Findings } from './finding.ts';
import { HeadChecks } from './head-checks.ts';
import { entriesInJournal } from './journal-tail.ts';
import { KeyChain } from './key-chain.ts';
import type { LedgerFiles } from './ledger-files.ts';
import { cosignedHeads, foundKeys, latestHead, readMinimum } from './ledger-heads.ts';
import { pastHeads } from './past-heads.ts';
import type { Report } from './report.ts';
import type { SignedHead } from './signed-head.ts';
import { judgeTrust, type TrustInput, trustedKeys } from './trust.ts';

/**
 * Verifies a ledger's folder offline, in constant memory: derives the tree from the entries, compares tiles and checkpoints
 * with it, and checks the entries themselves. Throws an UnreadableError where there is nothing to begin with.
 */
export function verifyLedger(files: LedgerFiles, input: TrustInput, progress: Progress): Report {
  const began = performance.now();
  const findings = new Findings();
  // The history is opened first: of a log that goes on, it must not know more than the checkpoint.
  const past = begun(pastHeads(files, findings));
  const latest = latestHead(files);
  const minimum = readMinimum(files, latest.size);
  const found = foundKeys(files, findings);
  const keys = new KeyChain([...trustedKeys(input), ...found], findings);
  const loose = [...input.kept, ...cosignedHeads(files, findings)];
  const heads = new HeadChecks(latest.origin, withLatest(past, latest), loose, keys, findings);
  const entries = new EntryCheck(findings);
  entries.onRotation = (rotation) => keys.rotate(rotation);

  const derived = new Derivation(files, latest, minimum, heads, entries, findings);
  derived.run(progress);
  heads.end(derived.reached, latest.size);
  if (!derived.root().equals(latest.root)) tellRoot(findings, heads, latest);
  if (minimum > entries.announcedMinimum)
    findings.wrong(
      'prune-unannounced',
      `entries below ${minimum} are gone, but the log does not say that they were pruned`,
      { index: 0, end: minimum },
    );

  const trust = judgeTrust(input, keys.chain, [latest, ...heads.agreed], findings);
  const unsigned = entriesInJournal(files, latest.size);
  const seconds = (performance.now() - began) / 1000;
  return {
    verdict: findings.isWrong ? 'wrong' : 'verified',
    kind: 'ledger',
    path: files.place,
    origin: latest.origin,
    size: latest.size,
    root: latest.root.toString('base64'),
    trust,
    findings: findings.list(),
    counts: findings.counts(),
    ledger: {
      minimum,
      entries: derived.entries,
      types: entries.counts(),
      epochs: entries.epochs,
      ...(entries.firstTime === undefined ? {} : { from: entries.firstTime }),
      ...(entries.lastTime === undefined ? {} : { to: entries.lastTime }),
      checkpoints: { checked: heads.checked, signatureOnly: heads.belowMinimum },
      gaps: { count: entries.gapCount, lost: entries.lost, list: entries.gaps },
      ...(unsigned === undefined ? {} : { unsigned }),
      perSecond: Math.round(derived.entries / Math.max(seconds, 0.001)),
    },
    checked: CHECKED,
    unknown: unknown(minimum, trust.keys, input),
    seconds,
  };
}

/** The same items, the first of them already asked for. */
function begun<T>(items: Iterator<T>): Iterable<T> {
  let next = items.next();
  return (function* () {
    for (; next.done !== true; next = items.next()) yield next.value;
  })();
}

function* withLatest(past: Iterable<SignedHead>, latest: SignedHead): Generator<SignedHead, undefined> {
  let isTold = false;
  for (const head of past) {
    if (head.size > latest.size && !isTold) {
      yield latest;
      isTold = true;
    }
    yield head;
  }
  if (!isTold) yield latest;
}

function tellRoot(findings: Findings, heads: HeadChecks, latest: SignedHead): void {
  if (findings.has('entry-changed') || findings.has('verification-ended')) return;
  const place = heads.doubt ?? {};
  findings.wrong('root-wrong', `the entries do not come to the root that ${latest.what} signs`, place);
}

const CHECKED = [
  'every entry was hashed and the root derived from them; it is the one the checkpoint signs',
  'every hash tile, whole or partial, holds the hashes of its entries',
  'every checkpoint of the history is signed by the key of its time and stands for the first entries of this log',
  'every entry is canonical JSON; every name it uses is defined in its epoch; times are in order',
];

function unknown(minimum: number, keys: 'given' | 'found', { policy, kept }: TrustInput): string[] {
  const limits = ['whether something happened that was never handed to the log'];
  if (keys === 'found')
    limits.push('whose keys they are: they lay beside the log; get them from its owner and give them with --key');
  if (policy === undefined && kept.length === 0)
    limits.push(
      'whether others were shown another log: compare with a checkpoint kept elsewhere (--checkpoint) or ask for witnesses (--policy)',
    );
  if (minimum > 0) limits.push(`what entries 0 to ${minimum - 1} said: they were pruned, only their hashes are left`);
  limits.push("whether the clock of the log's machine was right");
  return limits;
}
