import { Definitions } from './definitions.ts';
import type { Findings } from './finding.ts';
import { parseCanonical } from './parse-canonical.ts';
import { quickEntry } from './quick-entry.ts';

/** Members of entries that may name a defined list. */
const LISTS = ['verdicts', 'returned', 'masked', 'refused', 'written', 'ignored', 'notes'] as const;
/** An exchange's time is that of its beginning, its place in the log that of its end. */
const TOLERANCE_MS = 15 * 60_000;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const MOST_GAPS = 1000;
const MOST_TYPES = 100;

type Fields = Readonly<Record<string, unknown>>;

/** A gap that the log itself tells of. */
export interface Gap {
  readonly index: number;
  readonly time: string;
  readonly cause: string;
  readonly lost?: number;
}

/** A `key-rotation` entry of the log's own key. */
export interface LogKeyRotation {
  readonly index: number;
  readonly from: string;
  readonly to: string;
}

/** Checks each entry for itself and against those before it, in order of the log. */
export class EntryCheck {
  readonly #findings: Findings;
  readonly #definitions = new Definitions();
  readonly #byType = new Map<string, number>();
  readonly gaps: Gap[] = [];
  gapCount = 0;
  lost = 0;
  epochs = 0;
  /** Largest minimum that a `prune` entry announced. */
  announcedMinimum = 0;
  firstTime: string | undefined;
  lastTime: string | undefined;
  /** Called for each rotation of the log's key. */
  onRotation: (rotation: LogKeyRotation) => void = () => undefined;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#byType].sort());
  }

  /** Checks one entry. */
  check(index: number, bytes: Buffer): void {
    const entry = quickEntry(bytes) ?? parseEntry(bytes);
    if (entry !== undefined) this.#checkRead(index, entry);
    else
      this.#findings.wrong('entry-not-canonical', `entry ${index} is not JSON in its canonical form (RFC 8785)`, {
        index,
      });
  }

  #checkRead(index: number, entry: Fields): void {
    const { type } = entry;
    const name = typeof type === 'string' ? type : 'unnamed';
    const count = this.#byType.get(name);
    if (count !== undefined || this.#byType.size < MOST_TYPES) this.#byType.set(name, (count ?? 0) + 1);
    if (this.epochs === 0 && type !== 'epoch') {
      if (!this.#findings.has('epoch-missing'))
        this.#findings.warn(
          'epoch-missing',
          `entry ${index} stands before any epoch: what it names may be defined nowhere`,
          { index },
        );
    }
    if (type === 'define') {
      const fault = this.#definitions.add(entry);
      if (fault !== undefined) this.#findings.wrong('define-wrong', `entry ${index}: ${fault}`, { index });
      return;
    }
    this.#checkTime(index, entry.time);
    if (type === 'access' || type === 'access-begin') this.#checkNames(index, entry);
    else this.#checkRare(index, name, entry);
  }

  #checkRare(index: number, type: string, entry: Fields): void {
    if (type === 'epoch') {
      this.epochs++;
      this.#definitions.begin();
    } else if (type === 'gap') this.#gap(index, entry);
    else if (type === 'prune' && typeof entry.minimum === 'number')
      this.announcedMinimum = Math.max(this.announcedMinimum, entry.minimum);
    else if (type === 'key-rotation' && entry.of === 'log')
      this.onRotation({ index, from: String(entry.from ?? ''), to: String(entry.to ?? '') });
    else if (!KNOWN.has(type) && this.#byType.get(type) === 1)
      this.#findings.warn(
        'type-unknown',
        `entry ${index} is of a type that this verifier does not know: ${type.slice(0, 40)}`,
        { index },
      );
  }

  #checkNames(index: number, entry: Fields): void {
    if (this.epochs === 0) return;
    const { place } = entry;
    if (typeof place !== 'string' || !this.#definitions.has(place)) this.#undefined(index, 'place', place);
    for (const list of LISTS) {
      const named = entry[list];
      if (typeof named === 'string' && !this.#definitions.has(named)) this.#undefined(index, list, named);
    }
  }

  #undefined(index: number, member: string, id: unknown): void {
    const named = typeof id === 'string' ? id.slice(0, 40) : 'nothing';
    this.#findings.wrong(
      'id-undefined',
      `entry ${index} names ${named} as its ${member}, which its epoch does not define`,
      { index },
    );
  }

  #checkTime(index: number, time: unknown): void {
    if (typeof time !== 'string' || !TIME.test(time)) {
      this.#findings.wrong('time-malformed', `entry ${index} has no time`, { index });
      return;
    }
    this.firstTime ??= time;
    // Times of this form are in order when their texts are.
    if (this.lastTime === undefined || time >= this.lastTime) this.lastTime = time;
    else if (Date.parse(this.lastTime) - Date.parse(time) > TOLERANCE_MS)
      this.#findings.warn('time-order', `entry ${index} is of ${time}, though one before it is of ${this.lastTime}`, {
        index,
      });
  }

  #gap(index: number, entry: Fields): void {
    const { time, cause, lost } = entry;
    this.gapCount++;
    const known = typeof lost === 'number' ? lost : undefined;
    this.lost += known ?? 0;
    if (this.gaps.length < MOST_GAPS)
      this.gaps.push({
        index,
        time: String(time),
        cause: String(cause),
        ...(known === undefined ? {} : { lost: known }),
      });
  }
}

/** An entry of any kind; undefined where it is not an object in canonical JSON. */
export function parseEntry(bytes: Buffer): Fields | undefined {
  const text = bytes.toString();
  // Bytes that are no UTF-8 come out as the replacement character.
  const isText = !text.includes('\ufffd') || Buffer.from(text).equals(bytes);
  const entry = isText ? parseCanonical(text) : undefined;
  return typeof entry === 'object' && entry !== null && !Array.isArray(entry) ? (entry as Fields) : undefined;
}

const KNOWN = new Set([
  'epoch',
  'define',
  'access',
  'access-begin',
  'gap',
  'change',
  'approval',
  'export',
  'audit-read',
  'key-rotation',
  'erasure',
  'hold',
  'prune',
]);
