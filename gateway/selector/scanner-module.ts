import { readFileSync } from 'node:fs';

interface Constant {
  readonly value: number;
}

/** What wasm/scanner.ts exports, and promises there. Addresses and numbers are whole and below 2^31. */
export interface ScannerExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly SEED: Constant;
  readonly INPUT: Constant;
  readonly PIECE: Constant;
  readonly OUTPUT: Constant;
  readonly OUTPUT_END: Constant;
  readonly OUTPUT_RESERVE: Constant;
  readonly IDENTIFIERS: Constant;
  readonly TABLES: Constant;
  readonly TABLES_END: Constant;
  readonly STREAM_TABLE: Constant;
  readonly STREAM_TABLE_END: Constant;
  readonly OUT_AT: Constant;
  readonly ROOM_AT: Constant;
  readonly IDENTIFIER_BYTES_AT: Constant;
  readonly IDENTIFIER_COUNT_AT: Constant;
  readonly RECORD_COUNT_AT: Constant;
  readonly UNEXPECTED_AT: Constant;
  readonly REGIONS: Constant;
  startTable(
    at: number,
    end: number,
    fields: number,
    depth: number,
    keys: number,
    keyBytes: number,
    valueBytes: number,
    identifiers: number,
  ): void;
  addNode(flags: number, field: number, number: number, keys: number): number;
  addKey(node: number, child: number, key: number, keyLength: number, text: number, textLength: number): void;
  setEntries(node: number, entries: number): void;
  endTable(): number;
  openAnswer(table: number, room: number, roomEnd: number): void;
  scanPiece(length: number): void;
  finishAnswer(at: number): void;
  passAnswer(table: number, room: number, roomEnd: number, length: number): number;
  takeReturned(): number;
  returnedAt(): number;
  regionStart(region: number): number;
  regionEnd(region: number): number;
  emptyRegions(): void;
  fillRegions(): void;
}

/** What wasm/host.ts declares. */
export interface ScannerHost {
  /** Throws. */
  refuse(code: number, at: number): void;
  takeWhole(at: number, length: number, place: number, kind: number, flags: number, out: number): number;
}

/** Of the platform's interface what is used here; the types of Node leave it out. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: { readonly host: ScannerHost }) => { readonly exports: object };
};

// Compiled once, when the gateway starts; instances of it are cheap.
const compiled = new WebAssembly.Module(readFileSync(new URL('./answer-scanner.wasm', import.meta.url)));

/** The module's constants: addresses, and sizes in bytes. */
export type ScannerLayout = ReturnType<typeof layoutOf>;

/** Reads them once, because that is slow. */
export function layoutOf(scanner: ScannerExports) {
  return {
    seed: scanner.SEED.value,
    input: scanner.INPUT.value,
    piece: scanner.PIECE.value,
    output: scanner.OUTPUT.value,
    outputEnd: scanner.OUTPUT_END.value,
    outputReserve: scanner.OUTPUT_RESERVE.value,
    identifiers: scanner.IDENTIFIERS.value,
    tables: scanner.TABLES.value,
    tablesEnd: scanner.TABLES_END.value,
    streamTable: scanner.STREAM_TABLE.value,
    streamTableEnd: scanner.STREAM_TABLE_END.value,
    outAt: scanner.OUT_AT.value,
    roomAt: scanner.ROOM_AT.value,
    identifierBytesAt: scanner.IDENTIFIER_BYTES_AT.value,
    identifierCountAt: scanner.IDENTIFIER_COUNT_AT.value,
    recordCountAt: scanner.RECORD_COUNT_AT.value,
    unexpectedAt: scanner.UNEXPECTED_AT.value,
    regions: scanner.REGIONS.value,
  };
}

/** A new instance with a memory of its own. */
export function instantiateScanner(host: ScannerHost): ScannerExports {
  return new WebAssembly.Instance(compiled, { host }).exports as ScannerExports;
}
