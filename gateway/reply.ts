/**
 * How an answer leaves: whole in one write, or piece by piece. `lines` are header lines made ready where the answer was
 * compiled (`answerLines`), `headers` a flat name, value list that is checked here: a value that could split the answer
 * throws, and nothing leaves. Content-Length, Transfer-Encoding, Connection and Date are added. All of it does nothing
 * when the client is gone.
 */
export interface Reply {
  /** Head and body in one write; a HEAD request gets the head alone. */
  send(status: number, lines: string, headers: readonly string[], body: Buffer): void;
  open(status: number, lines: string, headers: readonly string[]): void;
  /** Resolves when the client can take more, at once where it returns undefined; rejects when it is gone. */
  write(chunk: Buffer): Promise<void> | undefined;
  end(last: Buffer): void;
  /** Breaks the connection: the client must not take what it has for a whole answer. */
  destroy(): void;
}
