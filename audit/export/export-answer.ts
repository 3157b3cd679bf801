import type { ExportEntry } from '../entry.ts';
import { type ClearQuestion, withHandles } from '../questions/parse-question.ts';
import type { Question } from '../questions/question.ts';
import { canonicalJson } from '../record/canonical-json.ts';
import type { NoteSigner } from '../tlog/signed-note.ts';
import type { ExportFormat } from './export-files.ts';
import { type Exported, writeExport } from './write-export.ts';

/** What an export needs of the gateway that makes it. */
export interface ExportSource {
  /** The ledger's folder. */
  readonly folder: string;
  readonly signer: NoteSigner;
  /** Version of the software. */
  readonly software: string;
  /** What a record or person is called in each month. */
  readonly handlesOf: (subject: string) => readonly { readonly handle: string }[];
  /** Indices of the answer's entries, ascending; throws where it is told to stop. */
  readonly rowsOf: (question: Question, signal: AbortSignal) => AsyncIterable<{ readonly index: number }>;
  /** Puts the export on record; resolves once that is durable. */
  readonly record: (entry: ExportEntry) => Promise<void>;
}

export interface ExportOrder {
  readonly question: ClearQuestion;
  readonly formats: readonly ExportFormat[];
  /** Who asks. */
  readonly actor: string;
  /** Path of the archive; nothing may be there. */
  readonly out: string;
  readonly now: Date;
  readonly progress?: (rows: number) => void;
  /** Breaks it off. */
  readonly signal: AbortSignal;
}

/** Writes the answer to a question as an archive that proves itself, and puts on record who took it. */
export function exportAnswer(source: ExportSource, order: ExportOrder): Promise<Exported> {
  const { folder, signer, software, handlesOf, rowsOf, record } = source;
  const { formats, actor, out, now, progress } = order;
  const asked = withHandles(order.question, handlesOf);
  const question = canonicalJson(asked);
  return writeExport({
    ...{ folder, signer, software, formats, out, now, question },
    rows: rowsOf(asked, order.signal),
    ...(progress === undefined ? {} : { progress }),
    record: ({ rows, manifest }) =>
      record({
        ...{ type: 'export', actor, rows, manifest, query: question },
        format: formats.join(','),
        time: new Date().toISOString(),
      }),
  });
}
