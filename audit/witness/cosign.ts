import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../storage/replace-file.ts';
import type { LogReader } from '../log-reader.ts';
import { parseDecimal } from '../tlog/base64.ts';
import { parseCheckpoint } from '../tlog/checkpoint.ts';
import { consistencyProof } from '../tlog/consistency-proof.ts';
import { cosignatures } from '../tlog/cosignature.ts';
import { formatSignature, isBy, type NoteKey, parseNote } from '../tlog/signed-note.ts';
import { formatAddCheckpoint } from './add-checkpoint.ts';

const PATIENCE_MS = 15_000;
const MOST_ANSWER_BYTES = 1 << 16;

export interface CosignPlan {
  /** The ledger's folder. */
  readonly folder: string;
  readonly reader: LogReader;
  /** Submission prefix of the witness. */
  readonly url: string;
  readonly key: NoteKey;
}

/** What a witness has put its name to. */
export interface CosignedCheckpoint {
  readonly size: number;
  /** File below the ledger's folder. */
  readonly file: string;
  readonly time: Date;
}

/**
 * Has the latest checkpoint cosigned by a witness and keeps the cosigned one in `cosigned/`. Rejects with an Error that says
 * why it was not: above all where the witness has seen another log than this one.
 */
export async function cosign({ folder, reader, url, key }: CosignPlan): Promise<CosignedCheckpoint> {
  const { note, size } = await reader.checkpoint();
  const file = `cosigned/${key.id.toString('hex')}`;
  const seen = await sizeSeen(join(folder, file));
  const first = await send(url, reader, seen, size, note);
  // The witness may have seen more than is known here, or never anything.
  const answer = first.status === 409 ? await send(url, reader, witnessSize(first.body, size), size, note) : first;
  if (answer.status !== 200) throw new Error(refusal(answer.status, answer.body));
  const { text, signatures } = parseNote(note);
  const { by } = cosignatures(parseNote(`${note}${answer.body}`), [key]);
  const [said] = by;
  if (said === undefined) throw new Error('the answer of the witness is not signed by its key');
  const own = signatures.map(({ name, id, signature }) => formatSignature(name, id, signature));
  const given = parseNote(`${text}\n${answer.body}`).signatures.filter((signature) => isBy(signature, key));
  const lines = given.map(({ name, id, signature }) => formatSignature(name, id, signature));
  await put(join(folder, 'cosigned'), join(folder, file), `${text}\n${own.join('')}${lines.join('')}`);
  return { size, file, time: new Date(said.seconds * 1000) };
}

async function send(url: string, reader: LogReader, old: number, size: number, note: string) {
  if (old > size)
    throw new Error(`the witness has seen ${old} entries, this log has ${size}: it was wound back, or it is another`);
  const proof = await consistencyProof((level, index) => reader.subtree(level, index), old, size);
  const response = await fetch(`${url.replace(/\/$/, '')}/add-checkpoint`, {
    method: 'POST',
    body: formatAddCheckpoint({ old, proof, note }),
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return { status: response.status, body: await bodyOf(response) };
}

async function bodyOf({ body }: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body ?? []) {
    bytes += piece.length;
    if (bytes > MOST_ANSWER_BYTES) throw new Error('the answer of the witness is too long');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

function witnessSize(body: string, size: number): number {
  const seen = parseDecimal(body.trimEnd());
  if (seen > size)
    throw new Error(`the witness has seen ${seen} entries, this log has ${size}: it was wound back, or it is another`);
  return seen;
}

function refusal(status: number, body: string): string {
  if (status === 422) return 'the witness has seen other entries than this log has: one of the two views is false';
  const said = body
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, 200);
  return `the witness refused, ${status}: ${said}`;
}

async function sizeSeen(path: string): Promise<number> {
  const note = await readFile(path, 'utf8').catch(() => undefined);
  return note === undefined ? 0 : parseCheckpoint(parseNote(note).text).size;
}

async function put(folder: string, path: string, note: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await replaceFile(path, note);
}
