import type { HttpExchange } from './http-exchange.ts';
import type { Ending } from './journal.ts';
import type { PipelineHost } from './pipeline-host.ts';
import type { Reply } from './reply.ts';
import type { BodyStream } from './upstream.ts';

const EMPTY = Buffer.alloc(0);

/**
 * Sends a long answer as it is selected, with memory that does not grow with it. In strict mode the beginning is on
 * record before the first byte leaves, and the last piece waits until the final record is durable, so that no client
 * ever holds a whole answer without its record. An answer that turns out invalid half-way breaks the connection.
 */
export async function streamAnswer(
  exchange: HttpExchange,
  status: number,
  lines: string,
  headers: readonly string[],
  body: BodyStream,
  ending: Ending,
  reply: Reply,
  host: PipelineHost,
): Promise<void> {
  const strict = exchange.granted?.version.audit === 'strict';
  if (exchange.isListenedTo) exchange.announce({ status, body: undefined, code: undefined });
  let final = ending;
  try {
    const begun = host.journal.put(exchange, ending, 'access-begin');
    if (strict) await durable(host, begun);
    reply.open(status, lines, headers);
    let held: Buffer = EMPTY;
    let bytes = 0;
    for await (const chunk of body) {
      bytes += chunk.length;
      const wait = reply.write(held);
      if (wait !== undefined) await wait;
      held = chunk;
    }
    final = { ...ending, bytes };
    const sequence = host.journal.put(exchange, final, 'access');
    if (strict) await durable(host, sequence);
    reply.end(held);
  } catch (error) {
    body.destroy();
    reply.destroy();
    host.onFault('stream', error);
    final = { ...ending, decision: 'failed', code: 'upstream-answer-invalid', reason: 'broken off while streaming' };
    try {
      host.journal.put(exchange, final, 'access');
    } catch (unrecorded) {
      host.onFault('record', unrecorded);
    }
  }
  exchange.end();
  host.onEnd(exchange, final);
}

function durable(host: PipelineHost, sequence: number): Promise<void> {
  return new Promise((resolve, reject) => {
    host.journal.whenDurable(sequence, (error) => (error === undefined ? resolve() : reject(error)));
  });
}
