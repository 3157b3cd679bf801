import type { ServerResponse } from 'node:http';

/** How an answer leaves: whole in one write, or piece by piece. */
export interface Reply {
  /** Head and body in one write; a HEAD request gets the head alone. Sends nothing when the client is gone. */
  send(status: number, headers: string[], body: Buffer): void;
  open(status: number, headers: string[]): void;
  /** Resolves when the client can take more; rejects when it is gone. */
  write(chunk: Buffer): Promise<void> | undefined;
  end(last: Buffer): void;
  /** Breaks the connection: the client must not take what it has for a whole answer. */
  destroy(): void;
}

/** Above this, copying costs more than a second buffer in the write. */
const ONE_WRITE_BYTES = 16 * 1024;

export function httpReply(response: ServerResponse): Reply {
  return {
    send(status, headers, body) {
      if (response.destroyed) return;
      if (status !== 204 && status !== 304) headers.push('content-length', String(body.length));
      response.writeHead(status, headers);
      // As one text, head and body leave in a single write instead of a gathered one; latin1 keeps every byte as it is.
      if (body.length === 0) response.end();
      else if (body.length <= ONE_WRITE_BYTES) response.end(body.toString('latin1'), 'latin1');
      else response.end(body);
    },
    open(status, headers) {
      if (!response.destroyed) response.writeHead(status, headers);
    },
    write(chunk) {
      if (response.destroyed) return Promise.reject(new Error('the client has gone away'));
      if (chunk.length === 0 || response.write(chunk)) return undefined;
      return drained(response);
    },
    end(last) {
      if (!response.destroyed) response.end(last);
    },
    destroy() {
      response.destroy();
    },
  };
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const onDrain = (): void => {
      response.off('close', onClose);
      resolve();
    };
    const onClose = (): void => {
      response.off('drain', onDrain);
      reject(new Error('the client has gone away'));
    };
    response.once('drain', onDrain);
    response.once('close', onClose);
  });
}
