import { BACKSLASH, CLOSE_ARRAY, CLOSE_OBJECT, COMMA, OPEN_ARRAY, OPEN_OBJECT, QUOTE, SPACE } from './json-bytes.ts';

/** Places to leave out, by token: undefined where the place itself goes, a tree where something below it goes. */
type Places = Map<string, Places | undefined>;

/**
 * The same JSON text without the members and elements that the pointers name (RFC 6901; '' is not among them). What stays
 * is copied byte for byte, so that numbers are not re-written. `body` must be valid JSON: it is walked, not checked.
 * A pointer to nothing changes nothing.
 */
export function dropPlaces(body: Buffer, pointers: readonly string[]): Buffer {
  const dropper = new PlaceDropper(body);
  dropper.value(dropper.space(0), placesOf(pointers));
  return dropper.rest();
}

function placesOf(pointers: readonly string[]): Places {
  const root: Places = new Map();
  for (const pointer of pointers) {
    const tokens = pointer.split('/').slice(1);
    let places: Places | undefined = root;
    tokens.forEach((token, index) => {
      const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
      if (places === undefined) return;
      const known: Places | undefined = places.get(name);
      if (known === undefined && places.has(name)) {
        places = undefined;
      } else if (index === tokens.length - 1) {
        places.set(name, undefined);
      } else {
        const below: Places = known ?? new Map();
        places.set(name, below);
        places = below;
      }
    });
  }
  return root;
}

class PlaceDropper {
  private readonly body: Buffer;
  private readonly kept: Buffer[] = [];
  /** Everything before is either kept or dropped. */
  private done = 0;

  constructor(body: Buffer) {
    this.body = body;
  }

  rest(): Buffer {
    this.keep(this.body.length);
    return Buffer.concat(this.kept);
  }

  space(from: number): number {
    let i = from;
    while (SPACE[this.body[i] ?? 0] === 1) i++;
    return i;
  }

  /** Walks one value that starts at `at`; gives the place after it. */
  value(at: number, places: Places | undefined): number {
    const byte = this.body[at];
    if (byte === QUOTE) return this.string(at);
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      return places === undefined ? this.container(at) : this.members(at, byte === OPEN_ARRAY, places);
    }
    let i = at;
    while (i < this.body.length && !this.endsScalar(this.body[i] as number)) i++;
    return i;
  }

  private keep(end: number): void {
    if (end > this.done) this.kept.push(this.body.subarray(this.done, end));
    this.done = Math.max(this.done, end);
  }

  private endsScalar(byte: number): boolean {
    return byte === COMMA || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT || SPACE[byte] === 1;
  }

  private members(open: number, isArray: boolean, places: Places): number {
    const close = isArray ? CLOSE_ARRAY : CLOSE_OBJECT;
    let i = this.space(open + 1);
    let hasKept = false;
    for (let index = 0; this.body[i] !== close; index++) {
      const start = i;
      let name = String(index);
      if (!isArray) {
        const after = this.string(i);
        name = JSON.parse(this.body.toString('utf8', i, after));
        i = this.space(this.space(after) + 1);
      }
      const goes = places.has(name) && places.get(name) === undefined;
      if (goes) this.keep(start);
      i = this.space(this.value(i, goes ? undefined : places.get(name)));
      const isLast = this.body[i] !== COMMA;
      if (!isLast) i = this.space(i + 1);
      if (goes) this.leaveOut(i, isLast && hasKept);
      else hasKept = true;
    }
    return i + 1;
  }

  /** Drops everything up to `end`; with `comma`, the comma before it too, which then ends what was kept. */
  private leaveOut(end: number, comma: boolean): void {
    this.done = end;
    if (!comma) return;
    const last = this.kept.pop() ?? Buffer.alloc(0);
    let stop = last.length;
    while (stop > 0 && last[stop - 1] !== COMMA) stop--;
    this.kept.push(last.subarray(0, Math.max(0, stop - 1)));
  }

  private string(at: number): number {
    let i = at + 1;
    while (i < this.body.length && this.body[i] !== QUOTE) i += this.body[i] === BACKSLASH ? 2 : 1;
    return i + 1;
  }

  private container(at: number): number {
    let depth = 0;
    let i = at;
    while (i < this.body.length) {
      const byte = this.body[i];
      if (byte === QUOTE) {
        i = this.string(i);
        continue;
      }
      if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
      if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth--;
      i++;
      if (depth === 0) break;
    }
    return i;
  }
}
