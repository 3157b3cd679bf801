import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createHttpClient } from '../gateway/upstreams/http-client.ts';
import { parseOrigin } from '../gateway/upstreams/origin.ts';
import { headerLines } from '../gateway/upstreams/request-head.ts';
import { findProgram } from './child.ts';

/** What one window of load came to. */
export interface Window {
  readonly requests: number;
  /** Answers other than 2xx, and errors of sockets. */
  readonly failures: number;
}

export interface LoadOptions {
  readonly url: string;
  readonly token: string;
  readonly connections: number;
  readonly milliseconds: number;
  /** Every request has a header that no other has: nothing that was learnt from the last one helps. */
  readonly hasChangingHeads: boolean;
}

/** Closed loop: every connection sends its next request when it has its answer. */
export type Load = (options: LoadOptions) => Promise<Window>;

/** wrk where it is installed, else a loop of our own, which takes more of the machine from what it measures. */
export function chooseLoad(): { name: string; load: Load } {
  const wrk = findProgram('wrk');
  return wrk === undefined ? { name: "the bench's own loop", load: ownLoop } : { name: 'wrk', load: wrkLoad(wrk) };
}

function wrkLoad(program: string): Load {
  const run = promisify(execFile);
  const script = join(import.meta.dirname, 'changing-heads.lua');
  return async ({ url, token, connections, milliseconds, hasChangingHeads }) => {
    const seconds = Math.max(1, Math.round(milliseconds / 1000));
    const args = [
      '-t',
      '1',
      '-c',
      String(connections),
      '-d',
      `${seconds}s`,
      '-H',
      `Authorization: Bearer ${token}`,
      ...(hasChangingHeads ? ['-s', script] : []),
      url,
    ];
    const { stdout } = await run(program, args);
    const number = (form: RegExp): number => Number(form.exec(stdout)?.[1] ?? 0);
    const socketErrors = [.../(?:connect|read|write|timeout) (\d+)/g[Symbol.matchAll](stdout)];
    return {
      requests: number(/(\d+) requests in/),
      failures:
        number(/Non-2xx or 3xx responses: (\d+)/) + socketErrors.reduce((sum, match) => sum + Number(match[1]), 0),
    };
  };
}

const ownLoop: Load = async ({ url, token, connections, milliseconds, hasChangingHeads }) => {
  const { origin, pathname } = new URL(url);
  const client = createHttpClient({ maxConnections: connections });
  const target = client.to(parseOrigin(origin));
  const lines = headerLines(['authorization', `Bearer ${token}`]);
  const until = Date.now() + milliseconds;
  let requests = 0;
  let failures = 0;
  async function loop(): Promise<void> {
    while (Date.now() < until) {
      const headers = hasChangingHeads ? `${lines}x-request-id: request-${requests}\r\n` : lines;
      const request = { method: 'GET', path: pathname, headerLines: headers, body: undefined, timeoutMs: 5000 };
      const status = await target.request(request).then(
        (response) => response.status,
        () => 0,
      );
      requests++;
      if (status !== 200) failures++;
    }
  }
  await Promise.all(Array.from({ length: connections }, loop));
  client.close();
  return { requests, failures };
};
