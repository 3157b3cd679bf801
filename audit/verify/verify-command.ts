import { MANIFEST_FILE } from '../export/manifest.ts';
import { parsePolicy } from '../tlog/policy.ts';
import { type NoteKey, parseVerifierKey } from '../tlog/signed-note.ts';
import { unpackedFiles } from './archive-files.ts';
import type { Progress } from './derivation.ts';
import { beginsLikeZip, isFile, isFolder, ledgerFiles, readBounded } from './ledger-files.ts';
import type { Report } from './report.ts';
import { reportText } from './report-text.ts';
import { MOST_NOTE_BYTES, signedHead, UnreadableError, utf8 } from './signed-head.ts';
import type { TrustInput } from './trust.ts';
import { ArgumentError, type VerifyArguments, verifyArguments } from './verify-arguments.ts';
import { verifyExport } from './verify-export.ts';
import { verifyLedger } from './verify-ledger.ts';
import { verifyProof } from './verify-proof.ts';
import { zipFiles } from './zip-files.ts';

const MOST_PROOF_BYTES = 1 << 21;

/** Where the verifier prints. `show` writes over its last line; absent where nobody watches. */
export interface VerifyOutput {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly show?: (line: string) => void;
}

export const VERIFY_USAGE =
  'PATH|ZIP|PROOF [--key VKEY|FILE]… [--policy FILE] [--checkpoint FILE]… [--entry FILE] [--json]';

/**
 * Verifies what the command line names. Returns the exit code: 0 verified, 1 something is wrong, 2 wrong usage, 3 it cannot
 * be read.
 */
export async function runVerify(words: readonly string[], output: VerifyOutput, defaultPath?: string): Promise<number> {
  try {
    const asked = verifyArguments(words);
    const path = asked.path ?? defaultPath;
    if (path === undefined) throw new ArgumentError('Name the folder, archive or proof to verify.');
    const report = await verifyPath(path, asked, trustInput(asked), shown(output.show));
    output.show?.('');
    output.out(asked.json ? JSON.stringify(report, undefined, 2) : reportText(report));
    return report.verdict === 'verified' ? 0 : 1;
  } catch (error) {
    output.show?.('');
    const isUsage = error instanceof ArgumentError;
    output.err(error instanceof Error ? error.message : String(error));
    if (isUsage) output.err(`usage: ${VERIFY_USAGE}`);
    return isUsage ? 2 : 3;
  }
}

function verifyPath(
  path: string,
  asked: VerifyArguments,
  input: TrustInput,
  progress: Progress,
): Promise<Report> | Report {
  const folder = path.length > 1 ? path.replace(/\/+$/, '') : path;
  if (isFolder(folder)) {
    if (isFile(`${folder}/${MANIFEST_FILE}`)) return verifyExport(unpackedFiles(folder), input, progress);
    const audit = isFile(`${folder}/audit/checkpoint`) ? `${folder}/audit` : folder;
    return verifyLedger(ledgerFiles(audit), input, progress);
  }
  if (!isFile(folder)) throw new UnreadableError(`there is nothing at ${path}`);
  if (beginsLikeZip(folder)) return verifyExport(zipFiles(folder), input, progress);
  const bytes = readBounded(folder, MOST_PROOF_BYTES);
  const entry = asked.entry === undefined ? undefined : readGiven(asked.entry, 0xffff);
  return verifyProof(folder, utf8(bytes ?? Buffer.alloc(0)), entry, input);
}

/** Reads the keys, the policy and the checkpoints that the command line names. */
function trustInput({ keys, policy, checkpoints }: VerifyArguments): TrustInput {
  return {
    keys: keys.flatMap(keysOf),
    ...(policy === undefined ? {} : { policy: read(policy, () => parsePolicy(readGiven(policy, 1 << 20))) }),
    kept: checkpoints.map((path) =>
      read(path, () => signedHead(utf8(readGiven(path, MOST_NOTE_BYTES)), `the kept checkpoint ${path}`)),
    ),
  };
}

/** A key itself, or a file with one on each line. */
function keysOf(text: string): NoteKey[] {
  if (!isFile(text)) return [read(text, () => parseVerifierKey(text))];
  const lines = readGiven(text, 1 << 20)
    .toString()
    .split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => read(text, () => parseVerifierKey(line)));
}

function readGiven(path: string, most: number): Buffer {
  const bytes = readBounded(path, most);
  if (bytes === undefined) throw new ArgumentError(`There is no file ${path}.`);
  return bytes;
}

function read<T>(what: string, reading: () => T): T {
  try {
    return reading();
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
    throw new ArgumentError(`${what}: ${error instanceof Error ? error.message : 'cannot be read'}`);
  }
}

function shown(show: VerifyOutput['show']): Progress {
  const began = performance.now();
  return (done, all) => {
    const rate = Math.round(done / Math.max((performance.now() - began) / 1000, 0.001));
    show?.(`verifying ${done} of ${all} entries, ${Math.floor((100 * done) / Math.max(all, 1))} %, ${rate} a second`);
  };
}
