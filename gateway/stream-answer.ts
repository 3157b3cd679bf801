import type { HttpExchange } from './http-exchange.ts';
import type { Ending } from './journal.ts';
import type { PipelineHost } from './pipeline-host.ts';
import { ClientGone, type Reply } from './reply.ts';
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
  body: BodyStream,
  ending: Ending,
  reply: Reply,
  host: PipelineHost,
): Promise<void> {
  const strict = exchange.granted?.version.audit === 'strict';
  if (exchange.isListenedTo) exchange.announce({ status, body: undefined, code: undefined });
  const putOnRecord = (final: Ending, type: 'access' | 'access-begin'): Promise<void> | undefined => {
    try {
      const sequence = host.journal.put(exchange, final, type);
      return strict ? durable(host, sequence) : undefined;
    } catch (error) {
      // The log has counted the loss and puts it on record itself, as a gap.
      if (strict) throw error;
      return undefined;
    }
  };
  let final = ending;
  try {
    await putOnRecord(ending, 'access-begin');
    reply.open(status, lines);
    let held: Buffer = EMPTY;
    let bytes = 0;
    for await (const chunk of body) {
      bytes += chunk.length;
      const wait = reply.write(held);
      if (wait !== undefined) await wait;
      held = chunk;
    }
    final = { ...ending, bytes };
    await putOnRecord(final, 'access');
    // What the exchange held is free before the connection may go on to the next one.
    exchange.end();
    reply.end(held);
  } catch (error) {
    body.destroy();
    reply.destroy();
    final = brokenOff(ending, error);
    if (final.code !== 'client-gone') host.onFault('stream', error);
    try {
      host.journal.put(exchange, final, 'access');
    } catch (unrecorded) {
      host.onFault('record', unrecorded);
    }
  }
  exchange.end();
  host.onEnd(exchange, final);
}

/** Nobody but the client is to blame for a client that left. */
function brokenOff(ending: Ending, error: unknown): Ending {
  const code = error instanceof ClientGone ? 'client-gone' : 'upstream-answer-invalid';
  return { ...ending, decision: 'failed', code, reason: 'broken off while streaming', isBrokenOff: true };
}

function durable(host: PipelineHost, sequence: number): Promise<void> {
  return new Promise((resolve, reject) => {
    host.journal.whenDurable(sequence, (error) => (error === undefined ? resolve() : reject(error)));
  });
}
