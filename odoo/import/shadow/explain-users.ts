import type { Catalog } from '../../../catalog/catalog.ts';
import type { LiveDatabase } from '../live-database.ts';

/** What the catalog says of a user of the database. */
export interface Explanation {
  readonly by: string;
  /** How many keys it should have; undefined: any number. */
  readonly keys: number | undefined;
}

export interface Explainer {
  /** Why there is a user of this login; undefined: nothing explains it. */
  login(login: string): Explanation | undefined;
  /** A key that bears a consumer's name. */
  key(name: string): Explanation | undefined;
  /** What about the catalog keeps it from explaining more. */
  readonly notes: readonly string[];
}

/** Name of the label of a Consumer that says as whom it calls the database directly. */
const LOGIN_LABEL = 'odoo-login';

/**
 * Logins are explained by the bindings of systems that are this database, by consumers (a client id, their name, or the
 * label `odoo-login`) and by the members of teams.
 */
export function explainer(
  catalog: Catalog,
  database: Pick<LiveDatabase, 'url' | 'database'>,
  system?: string,
): Explainer {
  const known = new Map<string, Explanation>();
  const notes: string[] = [];
  let bindings = 0;
  for (const { document } of catalog.systems.values()) {
    const { name } = document.metadata;
    for (const [environment, { url, odoo }] of Object.entries(document.spec.environments)) {
      if (odoo === undefined || odoo.database !== database.database) continue;
      if (system === undefined ? originOf(url) !== originOf(database.url) : system !== name) continue;
      bindings += 1;
      const place = `system ${name} (${environment})`;
      if (odoo.login === undefined) {
        notes.push(`${place} does not name its bot user, so nothing tells its keys from others; add odoo.login to it.`);
        continue;
      }
      const before = known.get(odoo.login);
      const by = before === undefined ? place : `${before.by}, ${place}`;
      known.set(odoo.login, { by, keys: (before?.keys ?? 0) + 1 });
    }
  }
  if (bindings === 0) notes.push('No system of the catalog is this database; name the one that is with --system.');
  const add = (login: string, by: string) => {
    if (!known.has(login)) known.set(login, { by, keys: undefined });
  };
  const consumers = new Map<string, Explanation>();
  for (const { document } of catalog.consumers.values()) {
    const { metadata, spec } = document;
    const label = metadata.labels?.[LOGIN_LABEL];
    for (const name of [metadata.name, ...spec.clients.map(({ id }) => id), ...(label === undefined ? [] : [label])]) {
      add(name, `consumer ${metadata.name}`);
      consumers.set(name, { by: `consumer ${metadata.name}`, keys: undefined });
    }
  }
  for (const { document } of catalog.teams.values()) {
    for (const member of document.spec.members ?? []) add(member, `member of team ${document.metadata.name}`);
  }
  return { login: (login) => known.get(login), key: (name) => consumers.get(name), notes };
}

function originOf(url: string): string {
  return URL.parse(url)?.origin ?? url;
}
