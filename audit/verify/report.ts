import type { Gap } from './entry-check.ts';
import type { Finding } from './finding.ts';

/** What a verification says, as it is printed with --json. */
export interface Report {
  readonly verdict: 'verified' | 'wrong';
  readonly kind: 'ledger' | 'export' | 'proof';
  readonly path: string;
  /** The checkpoint all of it rests on. */
  readonly origin: string;
  readonly size: number;
  /** Root hash, base64. */
  readonly root: string;
  readonly trust: Trust;
  readonly findings: readonly Finding[];
  /** How many findings of each code, those that are not listed included. */
  readonly counts: Readonly<Record<string, number>>;
  readonly ledger?: LedgerReport;
  readonly export?: ExportReport;
  readonly proof?: { readonly index: number; readonly entry: string };
  /** What was checked, and what this cannot know: sentences. */
  readonly checked: readonly string[];
  readonly unknown: readonly string[];
  readonly seconds: number;
}

/** Whose word it rests on. */
export interface Trust {
  /** `given`: keys or a policy were brought along; `found`: the keys lie beside the log, whoever put them there. */
  readonly keys: 'given' | 'found';
  /** Keys of the log that signed, verifier keys, oldest first. */
  readonly chain: readonly string[];
  readonly witnesses: readonly WitnessReport[];
}

export interface WitnessReport {
  readonly name: string;
  /** Size of the largest tree it cosigned, and when (ISO 8601). */
  readonly size: number;
  readonly time: string;
}

export interface LedgerReport {
  readonly minimum: number;
  readonly entries: number;
  readonly types: Readonly<Record<string, number>>;
  readonly epochs: number;
  readonly from?: string;
  readonly to?: string;
  readonly checkpoints: { readonly checked: number; readonly signatureOnly: number };
  readonly gaps: { readonly count: number; readonly lost: number; readonly list: readonly Gap[] };
  /** Entries in the journal that no signature covers yet; absent where there is no journal. */
  readonly unsigned?: number;
  readonly perSecond: number;
}

export interface ExportReport {
  readonly question: string;
  readonly created: string;
  readonly software: string;
  readonly rows: number;
  /** Entries that are proven to be in the log, definitions and epochs included. */
  readonly entries: number;
  readonly files: readonly string[];
}
