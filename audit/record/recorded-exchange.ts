import type { RecordPlace } from './record-place.ts';

/** What was learnt while the exchange ran. */
export interface LearntFacts {
  /** Canonical JSON text of a list of field ids, or '' for none. */
  readonly returned: string;
  readonly masked: readonly string[];
  readonly refused: readonly string[];
  readonly written: readonly string[];
  /** Records and people whose data went out or was written, as `<system>/<kind> <identifier>`; only handles are stored. */
  readonly subjects: readonly string[];
  readonly recordCount: number;
  readonly ignored: readonly string[];
  readonly notes: readonly string[];
  readonly upstreamMs: number;
  readonly upstreamStatus: number;
  /** The upstream has confirmed a change. */
  readonly hasChanged?: boolean;
}

/** One exchange as it goes on record. */
export interface RecordedExchange {
  readonly type: 'access' | 'access-begin';
  readonly place: RecordPlace;
  /** Client id where the place does not say it. */
  readonly client: string | undefined;
  /** Milliseconds since the epoch at which the request came. */
  readonly time: number;
  readonly exchange: string;
  /** 32 hex digits. */
  readonly trace: string;
  /** Whom the token stands for, as `identity/<issuer> <subject>`, stored as a handle; '' where nobody was identified. */
  readonly subject: string;
  readonly decision: 'allowed' | 'refused' | 'failed';
  /** Whether the answer has left, or a part of it: of one that has not nobody may read that fields went out. */
  readonly hasLeft: boolean;
  readonly code: string | undefined;
  readonly reason: string | undefined;
  /** Canonical JSON text of a list. */
  readonly verdicts: string;
  readonly facts: LearntFacts;
  readonly status: number;
  readonly bytes: number;
  /** Milliseconds from the request to the record. */
  readonly ms: number;
}
