import type { ReferencedFile } from '../catalog/catalog.ts';
import { type ParsedContract, parseContract } from '../openapi/parse-contract.ts';

/** Reads each document once: a changed catalog is compiled beside the running one, mostly from unchanged documents. */
export interface ContractCache {
  read(document: ReferencedFile, overlays: readonly ReferencedFile[]): ParsedContract;
  /** Forgets what the last two compilations did not use. */
  sweep(): void;
}

export function createContractCache(): ContractCache {
  let older = new Map<string, ParsedContract>();
  let newer = new Map<string, ParsedContract>();
  return {
    read(document, overlays) {
      // The path is part of the key: the same bytes in two places have their faults in two places.
      const key = [document, ...overlays].map((file) => `${file.path} ${file.digest}`).join('\n');
      const known = newer.get(key) ?? older.get(key);
      const read = known ?? parseContract(document.content, document.source, overlays);
      newer.set(key, read);
      return read;
    },
    sweep() {
      older = newer;
      newer = new Map();
    },
  };
}
