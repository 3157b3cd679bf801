import { joined } from '../../audit/questions/stretch.ts';
import type { Summary } from '../../audit/questions/summarize.ts';
import type { Denial, Masking } from './reports.ts';

/** What was refused, by whom it was asked and why not; what happens most often first. */
export function denials(summaries: readonly Summary[]): readonly Denial[] {
  const groups = Map.groupBy(summaries, ({ detail: { place, code } }) =>
    JSON.stringify([place.consumer, place.grant, place.interface, place.operation, code]),
  );
  const rows = [...groups.values()].map((own): Denial => {
    const { place = {}, code = '' } = own[0]?.detail ?? {};
    const { consumer = '', grant = '', interface: name = '', operation = '' } = place;
    const fields = [...new Set(own.flatMap(({ detail }) => detail.refused))].sort();
    return { consumer, grant, interface: name, operation, code, fields, ...stretchOf(own) };
  });
  return rows.sort((a, b) => b.exchanges - a.exchanges);
}

/** Which fields went out masked, and to whom. */
export function maskings(summaries: readonly Summary[]): readonly Masking[] {
  const groups = Map.groupBy(summaries, ({ detail: { place } }) =>
    JSON.stringify([place.consumer, place.grant, place.interface]),
  );
  const rows = [...groups.values()].map((own): Masking => {
    const { consumer = '', grant = '', interface: name = '' } = own[0]?.detail.place ?? {};
    const fields = [...new Set(own.flatMap(({ detail }) => detail.masked))].sort();
    return { consumer, grant, interface: name, fields, ...stretchOf(own) };
  });
  return rows.sort((a, b) => b.exchanges - a.exchanges);
}

function stretchOf(summaries: readonly Summary[]) {
  return joined(summaries) ?? { exchanges: 0, first: '', last: '' };
}
