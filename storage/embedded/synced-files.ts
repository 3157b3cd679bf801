import { fsyncSync } from 'node:fs';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** What has been done to the disk. */
export interface DiskWork {
  syncs: number;
  /** Bytes written since somebody last set it to 0. */
  written: number;
}

/** The part of Emscripten's file operations that matters here. */
interface StreamOperations {
  fsync?: (stream: { readonly nfd: number }) => number;
  write: (stream: unknown, buffer: unknown, offset: number, length: number, position: number) => number;
}

/**
 * PGlite's folder of files as shipped never syncs: the operation is missing there, and without it PostgreSQL's own calls of
 * fsync do nothing. Here they reach the disk. What cannot be synced throws in the middle of PostgreSQL, which then panics.
 */
export class SyncedFiles extends NodeFS {
  readonly work: DiskWork = { syncs: 0, written: 0 };

  override async init(...[pglite, options]: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(pglite, options);
    const addSync = (module: object): void => {
      const operations = (module as { NODEFS: { stream_ops: StreamOperations } }).NODEFS.stream_ops;
      const { write } = operations;
      operations.fsync = ({ nfd }) => {
        fsyncSync(nfd);
        this.work.syncs++;
        return 0;
      };
      operations.write = (...parameters) => {
        this.work.written += parameters[3];
        return write(...parameters);
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), addSync] } };
  }
}
