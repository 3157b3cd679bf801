import type { Catalog, SourceMap } from '../catalog.ts';
import type { Fault } from '../fault.ts';

/** What a rule may look at. `today` is an ISO date. */
export interface RuleInput {
  readonly catalog: Catalog;
  readonly today: string;
}

/** A rule across documents: yields what breaks it. Empty names stand for members whose lack is told already. */
export type Rule = (input: RuleInput) => Iterable<Fault>;

export function faultAt(source: SourceMap, pointer: string, code: string, message: string): Fault {
  return { code, message, place: source.locate(pointer), severity: 'error' };
}

export function warningAt(source: SourceMap, pointer: string, code: string, message: string): Fault {
  return { code, message, place: source.locate(pointer), severity: 'warning' };
}
