import { type Flow, flowsIn, type Scope } from '../flows.ts';
import type { Landscape } from '../landscape.ts';
import type { ObservedLineage } from '../observe.ts';
import { scopeOf } from '../scope.ts';
import type { Subject } from '../subject.ts';
import { declaredEvents } from './declared-events.ts';
import type { JobEvent, RunEvent } from './event.ts';
import { type NamingStyle, namingOf } from './naming.ts';
import { observedEvents } from './observed-events.ts';

export interface EventOptions {
  readonly naming: NamingStyle;
  /** Address of the gateway: names its views. */
  readonly publicUrl: string;
  /** Of Portcullis. */
  readonly version: string;
  /** ISO 8601. */
  readonly time: string;
}

/** Events of every operation that a subject goes through, declared first, then what was seen, one at a time. */
export function* lineageEvents(
  landscape: Landscape,
  subject: Subject,
  observed: ObservedLineage | undefined,
  { naming, publicUrl, version, time }: EventOptions,
): Iterable<JobEvent | RunEvent> {
  const scope = scopeOf(landscape, subject);
  const parts = {
    naming: namingOf(naming, landscape, publicUrl),
    producer: `urn:portcullis:${encodeURIComponent(version)}`,
    publicUrl,
    time,
  };
  yield* declaredEvents(landscape, wholeFlows(landscape, scope), parts);
  if (observed === undefined) return;
  const { rows, window } = observed;
  yield* observedEvents(landscape, flowsIn(landscape, scope), rows, window, parts);
}

/** What is declared replaces what was: an operation is told with all of its fields, whatever was asked for. */
function* wholeFlows(landscape: Landscape, scope: Scope): Iterable<Flow> {
  for (const [version, asked] of scope.versions) {
    const only = new Map([[version, asked]]);
    if (asked === 'all') {
      yield* flowsIn(landscape, { ...scope, versions: only });
      continue;
    }
    const touched = new Set([...flowsIn(landscape, { ...scope, versions: only })].map(({ granted }) => granted));
    for (const flow of flowsIn(landscape, { ...scope, versions: new Map([[version, 'all' as const]]) })) {
      if (touched.has(flow.granted)) yield flow;
    }
  }
}
