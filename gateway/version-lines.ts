import { answerLines } from './clients/answer-head.ts';

/**
 * The header lines of every answer of one version, made once. Answers are made for one consumer: nobody in between may
 * keep them, and no browser may guess their type.
 */
export function versionLines(label: string): string {
  return answerLines(['cache-control', 'no-store', 'x-content-type-options', 'nosniff', 'portcullis-version', label]);
}
