import { Session } from 'node:inspector/promises';
import { mock } from 'node:test';

/** Counts work; made before the code that is counted is first loaded, for only then is it made ready for counting. */
export interface WorkCounter {
  /**
   * Work that `run` does in the files whose names end so: blocks of code entered, and characters that text functions of
   * the engine looked at. The same on every machine, unlike time.
   */
  count(files: RegExp, run: () => void): Promise<number>;
  close(): Promise<void>;
}

export async function workCounter(): Promise<WorkCounter> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return {
    async count(files, run) {
      await session.post('Profiler.takePreciseCoverage');
      const characters = countCharacters(run);
      const { result } = await session.post('Profiler.takePreciseCoverage');
      let blocks = 0;
      for (const script of result.filter(({ url }) => files.test(url))) {
        for (const { ranges } of script.functions) for (const { count } of ranges) blocks += count;
      }
      return blocks + characters;
    },
    async close() {
      await session.post('Profiler.stopPreciseCoverage');
      session.disconnect();
    },
  };
}

function countCharacters(run: () => void): number {
  let seen = 0;
  const { exec } = RegExp.prototype;
  const { indexOf, slice, includes, split } = String.prototype;
  const mocks = [
    mock.method(String.prototype, 'indexOf', function (this: string, what: string, from = 0) {
      const found = indexOf.call(this, what, from);
      seen += (found === -1 ? this.length : found) - from;
      return found;
    }),
    mock.method(String.prototype, 'slice', function (this: string, from?: number, to?: number) {
      const part = slice.call(this, from, to);
      seen += part.length;
      return part;
    }),
    mock.method(String.prototype, 'includes', function (this: string, what: string) {
      seen += this.length;
      return includes.call(this, what);
    }),
    mock.method(String.prototype, 'split', function (this: string, by: string) {
      seen += this.length;
      return Reflect.apply(split, this, [by]);
    }),
    mock.method(RegExp.prototype, 'exec', function (this: RegExp, text: string) {
      const from = this.global || this.sticky ? this.lastIndex : 0;
      const match = exec.call(this, text);
      seen += match === null ? (this.sticky ? 0 : text.length - from) : match.index + match[0].length - from;
      return match;
    }),
  ];
  try {
    run();
  } finally {
    for (const { mock: one } of mocks) one.restore();
  }
  return seen;
}
