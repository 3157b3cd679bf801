/** Thrown to whoever writes an answer that nobody takes any more. */
export class ClientGone extends Error {
  constructor() {
    super('the client has gone away');
  }
}

/**
 * How an answer leaves: whole, or piece by piece. `lines` are header lines made by `answerLines`; Content-Length,
 * Transfer-Encoding, Connection and Date are added. All of it does nothing when the client is gone.
 */
export interface Reply {
  /** Head and body; a HEAD request gets the head alone. */
  send(status: number, lines: string, body: Buffer): void;
  open(status: number, lines: string): void;
  /** Resolves when the client can take more, at once where it returns undefined; rejects with ClientGone. */
  write(chunk: Buffer): Promise<void> | undefined;
  end(last: Buffer): void;
  /** Breaks the connection: the client must not take what it has for a whole answer. */
  destroy(): void;
}
