import type { Entry } from '../entry.ts';
import { type Handles, type MonthHandles, noHandles } from '../handles/month-handles.ts';
import type { AuditLog } from '../log.ts';
import { accessEntry } from './access-entry.ts';
import { canonicalJson } from './canonical-json.ts';
import { Definitions } from './definitions.ts';
import type { RecordedExchange } from './recorded-exchange.ts';
import { timeTexts } from './time-text.ts';

/** What every epoch says of itself. */
export interface RecorderIdentity {
  /** Name of the log, as its checkpoints say it. */
  readonly origin: string;
  readonly environment: string;
  /** Version of the gateway's software. */
  readonly software: string;
}

/** An entry that happens rarely enough to be made of an object. */
export type RareEntry = Exclude<Entry, { readonly type: 'access' | 'access-begin' | 'define' | 'epoch' }>;

/** Puts on record what happens. Each method returns the log's ticket, and throws where the log takes no more. */
export interface Recorder {
  put(exchange: RecordedExchange): number;
  /** Throws a RangeError where the entry is too long for the log. */
  note(entry: RareEntry): number;
}

export interface RecorderOptions extends RecorderIdentity {
  readonly log: AuditLog;
  readonly handles: Handles;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Hears that the key of a month cannot be had: entries are written without handles, and say so. */
  readonly onFault?: (error: unknown) => void;
}

const DAY_MS = 86_400_000;
/** So many entries after the last epoch comes the next: who wants the newest entries reads no further back than that. */
const EPOCH_ENTRIES = 1 << 18;
const MOST_ENTRY_BYTES = 0xffff;

export function createRecorder(options: RecorderOptions): Recorder {
  return new EntryRecorder(options);
}

class EntryRecorder implements Recorder {
  readonly #log: AuditLog;
  readonly #handles: Handles;
  readonly #identity: RecorderIdentity;
  readonly #now: () => number;
  readonly #onFault: (error: unknown) => void;
  readonly #timeText = timeTexts();
  readonly #definitions = new Definitions((entry) => this.#appendWatched(entry));
  /** Where the epoch under way ends, in milliseconds since the epoch. */
  #dayStart = Number.POSITIVE_INFINITY;
  #entries = 0;
  #month: MonthHandles | undefined = undefined;

  constructor(options: RecorderOptions) {
    const { origin, environment, software } = options;
    this.#log = options.log;
    this.#handles = options.handles;
    this.#now = options.now ?? Date.now;
    this.#onFault = options.onFault ?? (() => undefined);
    this.#identity = { origin, environment, software };
  }

  put(exchange: RecordedExchange): number {
    this.#enterEpoch(exchange.time + exchange.ms);
    const handles = this.#handlesAt(exchange.time);
    return this.#append(accessEntry(exchange, this.#timeText(exchange.time), this.#definitions, handles));
  }

  note(entry: RareEntry): number {
    const text = canonicalJson(entry);
    if (Buffer.byteLength(text) > MOST_ENTRY_BYTES) throw new RangeError(`the ${entry.type} entry is too long`);
    this.#enterEpoch(this.#now());
    return this.#append(text);
  }

  /** A new day, too much that is defined, or a definition that was lost: what follows must be readable without what was. */
  #enterEpoch(now: number): void {
    const isSameDay = now >= this.#dayStart && now < this.#dayStart + DAY_MS;
    if (isSameDay && this.#entries < EPOCH_ENTRIES && !this.#definitions.isFull) return;
    this.#definitions.clear();
    this.#entries = 0;
    this.#dayStart = Number.POSITIVE_INFINITY;
    const { environment, origin, software } = this.#identity;
    const time = this.#timeText(Math.floor(now));
    this.#appendWatched(canonicalJson({ type: 'epoch', format: 1, time, origin, environment, software }));
    this.#dayStart = Math.floor(now / DAY_MS) * DAY_MS;
  }

  #handlesAt(time: number): MonthHandles {
    const known = this.#month;
    if (known !== undefined && time >= known.from && time < known.to) return known;
    const month = this.#monthAt(time);
    const from = month.takeRotation();
    if (from !== undefined) {
      const rotation = { type: 'key-rotation', time: this.#timeText(this.#now()), of: 'handles', to: month.month };
      this.#append(canonicalJson(from === '' ? rotation : { ...rotation, from }));
    }
    this.#month = month;
    return month;
  }

  #monthAt(time: number): MonthHandles {
    try {
      return this.#handles.at(time);
    } catch (error) {
      this.#onFault(error);
      return noHandles(time);
    }
  }

  #append(entry: string): number {
    this.#entries++;
    return this.#log.append(entry);
  }

  /** An entry that others lean on: where it is lost a new epoch begins. */
  #appendWatched(entry: string): void {
    const ticket = this.#append(entry);
    this.#log.whenDurable(ticket, (error) => {
      if (error !== undefined) this.#dayStart = Number.POSITIVE_INFINITY;
    });
  }
}
