/** The document that has to be mended: the grant, the API description of its version, or the version's system. */
export type MendedDocument = 'grant' | 'description' | 'system';

/**
 * Why a grant cannot be put into force, with the place that has to be mended: a JSON Pointer (RFC 6901) into that
 * document; of a description into its 3.1 form, as operations have it.
 */
export class ImpossibleGrant extends Error {
  readonly pointer: string;
  readonly mended: MendedDocument;
  constructor(message: string, pointer: string, mended: MendedDocument = 'grant') {
    super(message);
    this.pointer = pointer;
    this.mended = mended;
  }
}

/** Throws what was found: a single cause as it is, several as one AggregateError, none not at all. */
export function throwAll(causes: readonly unknown[]): void {
  if (causes.length === 1) throw causes[0];
  if (causes.length > 1) throw new AggregateError(causes, causes.map(messageOf).join(' '));
}

/** The causes that `throwAll` put into one error. */
export function causesOf(error: unknown): readonly unknown[] {
  return error instanceof AggregateError ? error.errors.flatMap(causesOf) : [error];
}

/** What an error says; nothing is known of what is none. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'it cannot be compiled';
}
