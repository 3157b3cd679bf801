import type { ApprovalEntry, ChangeEntry } from '../audit/entry.ts';
import type { KeptSnapshot } from '../audit/snapshots/snapshot-store.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { GrantDocument } from '../catalog/documents.ts';
import { canonicalJson, contentDigest } from '../openapi/canonical-json.ts';
import { grantDigest } from './audit-journal.ts';
import type { Snapshot } from './plan.ts';

/** A snapshot as it is kept, and the canonical JSON of its documents by digest. */
export interface SnapshotDocuments {
  readonly kept: KeptSnapshot;
  readonly texts: ReadonlyMap<string, string>;
}

/** How many documents of a change are listed, and how long what a document says may be in an entry. */
const MOST_LISTED = 200;
const MOST_TEXT = 200;
const MOST_APPROVALS = 20;

/** Every document of a snapshot as `Kind/name`, and every file that documents refer to as `File/path`. */
export function snapshotDocuments({ id, catalog }: Snapshot): SnapshotDocuments {
  const documents: Record<string, string> = {};
  const texts = new Map<string, string>();
  for (const [name, content] of contentsOf(catalog)) {
    const digest = contentDigest(content);
    documents[name] = digest;
    texts.set(digest, canonicalJson(content));
  }
  return { kept: { id, documents }, texts };
}

function* contentsOf(catalog: Catalog): Generator<readonly [name: string, content: unknown]> {
  const { systems, teams, interfaces, consumers, grants, plans, odooModels, files } = catalog;
  for (const kind of [systems, teams, interfaces, consumers, grants, plans, odooModels]) {
    for (const { document } of kind.values()) yield [`${document.kind}/${document.metadata.name}`, document];
  }
  for (const { path, content } of files.values()) yield [`File/${path}`, content];
}

/** What changes from one snapshot to the next: the entry of the change, and those of grants that are new or other. */
export function changeEntries(
  before: KeptSnapshot | undefined,
  { kept }: SnapshotDocuments,
  { catalog, environment }: Snapshot,
  time: string,
): readonly [ChangeEntry, ...ApprovalEntry[]] {
  const changes = changed(before?.documents ?? {}, kept.documents);
  const change: ChangeEntry = {
    type: 'change',
    time,
    ...(before === undefined ? {} : { from: before.id }),
    to: kept.id,
    environment,
    documents: changes.slice(0, MOST_LISTED).map(([how, name, digest]) => `${how} ${cut(name)} ${digest}`),
    count: changes.length,
  };
  const touched = new Set(changes.filter(([how]) => how !== 'removed').map(([, name]) => name));
  const approvals = [...catalog.grants.values()]
    .filter(({ document }) => touched.has(`Grant/${document.metadata.name}`))
    .map(({ document }) => approvalEntry(document, time));
  return [change, ...approvals];
}

type Change = readonly [how: 'added' | 'changed' | 'removed', name: string, digest: string];

function changed(before: KeptSnapshot['documents'], after: KeptSnapshot['documents']): Change[] {
  const changes: Change[] = [];
  for (const name of Object.keys({ ...before, ...after }).sort()) {
    const [old, now] = [before[name], after[name]];
    if (old === now) continue;
    if (now === undefined) changes.push(['removed', name, old ?? '']);
    else changes.push([old === undefined ? 'added' : 'changed', name, now]);
  }
  return changes;
}

function approvalEntry(grant: GrantDocument, time: string): ApprovalEntry {
  const { consumer, interface: name, until, purpose, approvals = [] } = grant.spec;
  return {
    type: 'approval',
    time,
    grant: grant.metadata.name,
    digest: grantDigest(grant),
    consumer,
    interface: name,
    until,
    purpose: cut(purpose),
    approvals: approvals
      .slice(0, MOST_APPROVALS)
      .map(({ by, role, at }) => ({ by: cut(by), role: cut(role), at: cut(at) })),
  };
}

function cut(text: string): string {
  return text.slice(0, MOST_TEXT);
}
