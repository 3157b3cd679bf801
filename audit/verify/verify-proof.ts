import { parseTlogProof, proofFault } from '../tlog/tlog-proof.ts';
import { Findings } from './finding.ts';
import type { Report } from './report.ts';
import { signedHead, UnreadableError } from './signed-head.ts';
import { judgeTrust, type TrustInput, trustedKeys } from './trust.ts';

/** Verifies a `.tlog-proof`: that `entry`, or where none is given the one it carries along, is in the log. */
export function verifyProof(path: string, text: string, entry: Buffer | undefined, input: TrustInput): Report {
  const began = performance.now();
  const findings = new Findings();
  const proof = parsed(() => parseTlogProof(text));
  const head = parsed(() => signedHead(proof.checkpoint, 'the checkpoint of the proof'));
  const claimed = entry ?? proof.extra;
  if (claimed === undefined) throw new UnreadableError('the proof carries no entry: give it with --entry');
  const keys = trustedKeys(input);
  if (keys.length === 0) throw new UnreadableError('a proof rests on the key of the log: give it with --key');
  const fault = proofFault(proof, claimed, keys);
  if (fault !== undefined) findings.wrong('proof-wrong', fault, { index: proof.index });
  const signers = keys.filter((key) => head.note.signatures.some(({ id }) => id.equals(key.id)));
  const trust = judgeTrust({ ...input, kept: [] }, signers, [head], findings);
  return {
    verdict: findings.isWrong ? 'wrong' : 'verified',
    kind: 'proof',
    path,
    origin: head.origin,
    size: head.size,
    root: head.root.toString('base64'),
    trust,
    findings: findings.list(),
    counts: findings.counts(),
    proof: { index: proof.index, entry: claimed.toString() },
    checked: ['the checkpoint is signed by a key you gave', 'the entry leads to its root by the hashes of the proof'],
    unknown: ['whether the log is complete: a proof is of one entry; verify the ledger for the rest'],
    seconds: (performance.now() - began) / 1000,
  };
}

function parsed<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UnreadableError(error instanceof Error ? error.message : 'the proof cannot be read');
  }
}
