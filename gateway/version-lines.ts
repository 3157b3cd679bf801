import { answerLines } from './clients/answer-head.ts';

/**
 * The header lines of every answer. Answers are made for one consumer: nobody in between may keep them, and no browser may
 * guess their type.
 */
export const COMMON_LINES = answerLines(['cache-control', 'no-store', 'x-content-type-options', 'nosniff']);

/** The header lines of every answer of one version, made once. */
export function versionLines(label: string): string {
  return COMMON_LINES + answerLines(['portcullis-version', label]);
}
