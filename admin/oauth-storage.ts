/** What the authorization server keeps between two requests: codes, sessions, refresh tokens, used assertions. */
export interface StoredArtifact {
  readonly clientId?: string | undefined;
  readonly grantId?: string | undefined;
  readonly uid?: string | undefined;
  readonly consumed?: unknown;
}

export interface OAuthStorage {
  put(model: string, id: string, artifact: StoredArtifact, lifetimeSeconds: number): void;
  get(model: string, id: string): StoredArtifact | undefined;
  getByUid(model: string, uid: string): StoredArtifact | undefined;
  consume(model: string, id: string): void;
  delete(model: string, id: string): void;
  deleteGrant(model: string, grantId: string): void;
  /** Forgets refresh tokens, codes and grants of a client. */
  forgetClient(clientId: string): void;
}

interface Entry {
  artifact: StoredArtifact;
  readonly expiresAt: number;
}

/**
 * In memory: a restart ends sessions, codes and refresh tokens; access tokens live on, for they are not kept at all.
 * Each model holds at most `capacity` entries. The oldest goes when it is full, but a used assertion is never forgotten
 * early: it could be used again. Then new ones are refused.
 */
export function oauthStorage(capacity = 20_000, clock: () => number = Date.now): OAuthStorage {
  const models = new Map<string, Map<string, Entry>>();

  function entriesOf(model: string): Map<string, Entry> {
    let entries = models.get(model);
    if (entries === undefined) {
      entries = new Map();
      models.set(model, entries);
    }
    return entries;
  }

  function alive(model: string, id: string): Entry | undefined {
    const entry = entriesOf(model).get(id);
    return entry !== undefined && entry.expiresAt > clock() ? entry : undefined;
  }

  function makeRoom(model: string, entries: Map<string, Entry>): void {
    if (entries.size < capacity) return;
    const now = clock();
    for (const [id, { expiresAt }] of entries) if (expiresAt <= now) entries.delete(id);
    if (entries.size < capacity) return;
    if (model === 'ReplayDetection') throw new Error('too many assertions are remembered');
    for (const id of entries.keys()) {
      if (entries.size < capacity * 0.9) break;
      entries.delete(id);
    }
  }

  return {
    put(model, id, artifact, lifetimeSeconds) {
      const entries = entriesOf(model);
      makeRoom(model, entries);
      entries.set(id, { artifact, expiresAt: clock() + lifetimeSeconds * 1000 });
    },
    get: (model, id) => alive(model, id)?.artifact,
    getByUid(model, uid) {
      for (const [id, { artifact }] of entriesOf(model)) if (artifact.uid === uid) return alive(model, id)?.artifact;
      return undefined;
    },
    consume(model, id) {
      const entry = alive(model, id);
      if (entry !== undefined) entry.artifact = { ...entry.artifact, consumed: Math.floor(clock() / 1000) };
    },
    delete(model, id) {
      entriesOf(model).delete(id);
    },
    deleteGrant(model, grantId) {
      const entries = entriesOf(model);
      for (const [id, { artifact }] of entries) if (artifact.grantId === grantId) entries.delete(id);
    },
    forgetClient(clientId) {
      for (const entries of models.values()) {
        for (const [id, { artifact }] of entries) if (artifact.clientId === clientId) entries.delete(id);
      }
    },
  };
}
