import { cosignatures } from '../tlog/cosignature.ts';
import type { TrustPolicy } from '../tlog/policy.ts';
import { formatVerifierKey, isSignedBy, type NoteKey } from '../tlog/signed-note.ts';
import type { Findings } from './finding.ts';
import type { Trust, WitnessReport } from './report.ts';
import type { SignedHead } from './signed-head.ts';

/** What whoever verifies brings along. */
export interface TrustInput {
  /** Keys of the log that are trusted; empty where only keys that were found can be used. */
  readonly keys: readonly NoteKey[];
  readonly policy?: TrustPolicy;
  /** Checkpoints that were kept elsewhere. */
  readonly kept: readonly SignedHead[];
}

/** Keys of the log that are trusted, by themselves or by the policy. */
export function trustedKeys({ keys, policy }: TrustInput): readonly NoteKey[] {
  return [...keys, ...(policy?.logs.map(({ key }) => key) ?? [])];
}

/** Judges who stands for the log: its chain of keys against those that are trusted, and its witnesses against the policy. */
export function judgeTrust(
  input: TrustInput,
  chain: readonly NoteKey[],
  heads: readonly SignedHead[],
  findings: Findings,
): Trust {
  const trusted = trustedKeys(input);
  if (trusted.length > 0 && !chain.some((key) => trusted.some((other) => isSame(key, other))))
    findings.wrong('key-untrusted', 'the log is signed by none of the keys that were given');
  for (const { note, what } of input.kept) {
    if (![...chain, ...trusted].some((key) => isSignedBy(note, [key])))
      findings.wrong('checkpoint-unsigned', `${what} is signed by no key of the log`);
  }
  return {
    keys: trusted.length > 0 ? 'given' : 'found',
    chain: chain.map(formatVerifierKey),
    witnesses: input.policy === undefined ? [] : judgeWitnesses(input.policy, heads, findings),
  };
}

/** `heads` are checkpoints that agree with the tree. */
function judgeWitnesses(policy: TrustPolicy, heads: readonly SignedHead[], findings: Findings): WitnessReport[] {
  const keys = policy.witnesses.map(({ key }) => key);
  const latest = new Map<NoteKey, WitnessReport>();
  let hasQuorum = policy.isQuorum(new Set());
  for (const head of heads) {
    const { by, wrong } = cosignatures(head.note, keys);
    for (const key of wrong)
      findings.wrong('cosignature-wrong', `the cosignature of ${key.name} under ${head.what} is wrong`);
    const names = new Set<string>();
    for (const { key, seconds } of by) {
      const name = policy.witnesses.find((witness) => witness.key === key)?.name ?? key.name;
      names.add(name);
      const known = latest.get(key);
      if (known === undefined || known.size < head.size)
        latest.set(key, { name, size: head.size, time: new Date(seconds * 1000).toISOString() });
    }
    hasQuorum ||= policy.isQuorum(names);
  }
  if (!hasQuorum)
    findings.wrong('quorum-missed', 'no checkpoint is cosigned by as many witnesses as the policy asks for');
  return [...latest.values()];
}

function isSame(a: NoteKey, b: NoteKey): boolean {
  return a.name === b.name && a.id.equals(b.id) && a.publicKey.equals(b.publicKey);
}
