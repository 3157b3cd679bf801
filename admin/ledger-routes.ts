import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditReadEntry } from '../audit/entry.ts';
import { canonicalJson } from '../audit/record/canonical-json.ts';
import { openFolderReader } from '../audit/tiles/folder-reader.ts';
import { proveEntry } from '../audit/verify/prove-entry.ts';
import type { ApiAnswer, ApiRoute } from './api.ts';

export interface LedgerRouteParts {
  /** The ledger's folder. */
  readonly folder: string;
  /** Puts on record who reads what; resolves once that is durable, rejects where it cannot be: then nothing leaves. */
  readonly record: (entry: AuditReadEntry) => Promise<void>;
}

/** Paths of C2SP tlog-tiles below `tile/`. */
const TILE = /^(?:entries|\d{1,2})\/(?:x\d{3}\/){0,6}\d{3}(?:\.p\/\d{1,3})?$/;
const TEXT = 'text/plain; charset=utf-8';

/**
 * The ledger as it stands on disk (C2SP tlog-tiles), for auditors and whoever mirrors it. Reading entries is itself on
 * record; hashes, keys and checkpoints tell of nobody.
 */
export function ledgerRoutes({ folder, record }: LedgerRouteParts): readonly ApiRoute[] {
  const read = (actor: string, now: number, query: object, rows: number): Promise<void> =>
    record({ type: 'audit-read', actor, query: canonicalJson(query), rows, time: new Date(now).toISOString() });
  return [
    {
      method: 'get',
      path: '/audit/checkpoint',
      forAuditors: true,
      handle: () => fileAnswer(join(folder, 'checkpoint'), TEXT),
    },
    { method: 'get', path: '/audit/keys', forAuditors: true, handle: () => fileAnswer(join(folder, 'keys.txt'), TEXT) },
    {
      method: 'get',
      path: '/audit/tile/*path',
      forAuditors: true,
      async handle({ parameters: { path = '' }, actor, now }) {
        if (!TILE.test(path)) return notThere();
        const answer = await fileAnswer(join(folder, 'tile', path), 'application/octet-stream');
        if (answer.status === 200 && path.startsWith('entries/')) await read(actor, now, { tile: path }, 256);
        return answer;
      },
    },
    {
      method: 'get',
      path: '/audit/proof/:index',
      forAuditors: true,
      async handle({ parameters: { index = '' }, actor, now }) {
        if (!/^\d{1,15}$/.test(index)) return notThere();
        const reader = await openFolderReader(folder);
        const { size } = await reader.checkpoint();
        if (Number(index) >= size || Number(index) < reader.minimum) return notThere();
        const content = await proveEntry(reader, Number(index));
        await read(actor, now, { proof: Number(index) }, 1);
        return { status: 200, mediaType: TEXT, content };
      },
    },
  ];
}

async function fileAnswer(path: string, mediaType: string): Promise<ApiAnswer> {
  try {
    return { status: 200, mediaType, content: await readFile(path) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return notThere();
    throw error;
  }
}

function notThere(): ApiAnswer {
  return { status: 404, body: { error: 'not-found', detail: 'the ledger has no such part (any more, or yet)' } };
}
