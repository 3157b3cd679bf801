import { joined } from '../../audit/questions/stretch.ts';
import type { Summary } from '../../audit/questions/summarize.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { Owner, Party, Use } from './reports.ts';

/** Whether a field is data, and not the furniture of an answer such as the cursor of a page. */
export type IsData = (interfaceName: string, field: string) => boolean;

/** Summaries by who called and under which grant, who did most recently first. */
export function parties(catalog: Catalog, isData: IsData, summaries: readonly Summary[]): readonly Party[] {
  const groups = Map.groupBy(summaries, ({ detail }) => detail.place.consumer ?? '');
  return [...groups]
    .map(([consumer, own]) => partyOf(catalog, isData, consumer, own))
    .sort((a, b) => (a.last < b.last ? 1 : -1));
}

function partyOf(catalog: Catalog, isData: IsData, consumer: string, summaries: readonly Summary[]): Party {
  const document = catalog.consumers.get(consumer)?.document;
  const owner = document === undefined ? undefined : ownerOf(catalog, document.spec.owner);
  const groups = Map.groupBy(summaries, ({ detail: { place } }) =>
    JSON.stringify([place.grant, place.purpose, place.interface]),
  );
  return {
    consumer,
    ...(document?.metadata.title === undefined ? {} : { title: document.metadata.title }),
    ...(owner === undefined ? {} : { owner }),
    uses: [...groups.values()].map((own) => useOf(isData, own)),
    ...stretchOf(summaries),
  };
}

function useOf(isData: IsData, summaries: readonly Summary[]): Use {
  const details = summaries.map(({ detail }) => detail);
  const { grant = '', purpose = '', interface: name = '' } = details[0]?.place ?? {};
  const received = distinct(
    details.flatMap(({ returned, masked }) =>
      returned.filter((field) => !masked.includes(field) && isData(name, field)),
    ),
  );
  return {
    ...{ grant, purpose, interface: name, received },
    approvers: distinct(details.flatMap(({ place }) => place.approvers ?? [])),
    versions: distinct(details.flatMap(({ place }) => place.version ?? [])),
    operations: distinct(details.flatMap(({ place }) => place.operation ?? [])),
    // What went out in clear once is not said to be masked.
    masked: distinct(details.flatMap(({ masked }) => masked)).filter((field) => !received.includes(field)),
    written: distinct(details.flatMap(({ written }) => written)),
    ...stretchOf(summaries),
  };
}

function ownerOf({ teams }: Catalog, team: string): Owner {
  const document = teams.get(team)?.document;
  const { email, contact } = document?.spec ?? {};
  const title = document?.metadata.title;
  return {
    team,
    ...(title === undefined ? {} : { title }),
    ...(email === undefined ? {} : { email }),
    ...(contact === undefined ? {} : { contact }),
  };
}

function stretchOf(summaries: readonly Summary[]) {
  return joined(summaries) ?? { exchanges: 0, first: '', last: '' };
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
