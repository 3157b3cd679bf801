import type { AnsweredLog, IndexedRow } from '../../audit/questions/answer.ts';
import type { Cursor } from '../../audit/questions/ask.ts';
import type { Question } from '../../audit/questions/question.ts';
import type { Stretch } from '../../audit/questions/stretch.ts';
import type { Unlisted } from '../../audit/questions/unlisted.ts';

/** What can be asked of a ledger by name; each has its report. */
export interface Reports {
  readonly entries: EntriesReport;
  readonly writes: EntriesReport;
  readonly changes: EntriesReport;
  readonly recipients: RecipientsReport;
  readonly grants: GrantsReport;
  readonly denied: DeniedReport;
}

export type ReportName = keyof Reports;
export const REPORT_NAMES: readonly ReportName[] = ['entries', 'writes', 'changes', 'recipients', 'grants', 'denied'];

/** What every report says of itself. */
interface Answered {
  /** As it was put on record: with handles in the place of records and people. */
  readonly question: Question;
  /** Months (`2026-11`) in which the ledger can still tell of the records that were asked for. */
  readonly months?: readonly string[];
  readonly logs: readonly AnsweredLog[];
}

export interface EntriesReport extends Answered {
  readonly rows: readonly IndexedRow[];
  /** There are more, behind this entry. */
  readonly next?: Cursor;
}

/** Who runs a consumer, as the catalog says now; absent where it no longer knows the consumer. */
export interface Owner {
  readonly team: string;
  readonly title?: string;
  readonly email?: string;
  readonly contact?: string;
}

/** What one consumer got, or gave, under one grant and for one purpose. */
export interface Use extends Stretch {
  readonly grant: string;
  readonly purpose: string;
  /** Who approved the grant, as it said then. */
  readonly approvers: readonly string[];
  readonly interface: string;
  readonly versions: readonly string[];
  readonly operations: readonly string[];
  /** `Schema.path`: in clear, masked, and written. */
  readonly received: readonly string[];
  readonly masked: readonly string[];
  readonly written: readonly string[];
}

export interface Party extends Stretch {
  readonly consumer: string;
  readonly title?: string;
  readonly owner?: Owner;
  readonly uses: readonly Use[];
}

export interface RecipientsReport extends Answered {
  readonly recipients: readonly Party[];
  /** Consumers that wrote data of the asked records. */
  readonly sources: readonly Party[];
  /** Answers of which the ledger does not name all records: the asked ones may have been among them. */
  readonly unlisted: readonly Unlisted[];
}

export interface GrantUse {
  readonly grant: string;
  readonly consumer: string;
  readonly interface: string;
  /** Last day, as the catalog says now; absent where it no longer has the grant. */
  readonly until?: string;
  readonly exchanges: number;
  readonly refused: number;
  readonly first?: string;
  readonly last?: string;
}

export interface GrantsReport extends Answered {
  readonly grants: readonly GrantUse[];
  /** The first day (UTC) that the index knows anything of. */
  readonly since?: string;
}

export interface Denial extends Stretch {
  readonly consumer: string;
  readonly grant: string;
  readonly interface: string;
  readonly operation: string;
  readonly code: string;
  /** Fields that were asked for in vain. */
  readonly fields: readonly string[];
}

export interface Masking extends Stretch {
  readonly consumer: string;
  readonly grant: string;
  readonly interface: string;
  readonly fields: readonly string[];
}

export interface DeniedReport extends Answered {
  readonly denied: readonly Denial[];
  readonly masked: readonly Masking[];
}
