import type { Flow } from '../flows.ts';
import type { Landscape } from '../landscape.ts';
import { answerLineage } from './column-lineage.ts';
import { type JobEvent, schemaUrl } from './event.ts';
import { type EventParts, inputsOf, jobOf, viewDataset, writtenDatasets } from './views.ts';

/** What the catalog declares and grants: one event for each operation, consumer and direction. */
export function* declaredEvents(landscape: Landscape, flows: Iterable<Flow>, parts: EventParts): Iterable<JobEvent> {
  for (const flow of flows) {
    if (flow.reads.length > 0) yield answerEvent(landscape, flow, parts);
    if (flow.writes.length > 0) yield bodyEvent(flow, parts);
  }
}

function answerEvent(landscape: Landscape, flow: Flow, parts: EventParts): JobEvent {
  const lineage = answerLineage(landscape, flow, parts.naming);
  return {
    ...baseOf(parts),
    job: jobOf(flow.granted, 'answer', parts),
    inputs: inputsOf(lineage),
    outputs: [viewDataset(flow.granted, 'answer', flow.reads, parts, lineage)],
  };
}

function bodyEvent(flow: Flow, parts: EventParts): JobEvent {
  return {
    ...baseOf(parts),
    job: jobOf(flow.granted, 'body', parts),
    inputs: [viewDataset(flow.granted, 'body', flow.writes, parts)],
    outputs: writtenDatasets(flow, parts),
  };
}

function baseOf({ time, producer }: EventParts) {
  return { eventTime: time, producer, schemaURL: schemaUrl('JobEvent') };
}
