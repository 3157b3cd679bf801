import { readFileSync } from 'node:fs';
import type { Catalog, Sourced } from '../../catalog/catalog.ts';
import type { GrantSpec, OdooModelsDocument } from '../../catalog/documents.ts';
import { loadCatalog } from '../../catalog/load-folder.ts';
import { parseDocuments } from '../../catalog/parse-source.ts';
import { validateDocument } from '../../catalog/validate-document.ts';
import { unroutedVersion } from '../../gateway/unrouted.ts';
import { testPlace } from '../../gateway/upstreams/exchange.fixture.ts';
import type { Contract } from '../../openapi/contract.ts';
import { parseContract } from '../../openapi/parse-contract.ts';
import { resolveSelection, resolveWritable } from '../../openapi/resolve-grant.ts';
import { TRADE } from '../odoo-upstream.fixture.ts';
import { readKnowledge } from '../read-knowledge.ts';
import type { GrantedPlace } from './opened-operation.ts';

function readModels(): Sourced<OdooModelsDocument> {
  const text = readFileSync(new URL('../models.fixture.yaml', import.meta.url), 'utf8');
  const [parsed] = parseDocuments('models.fixture.yaml', text).documents;
  const content = parsed?.content;
  if (parsed === undefined || typeof content !== 'object' || content === null) throw new Error('no document');
  const { document, faults } = validateDocument(content, parsed.source);
  if (document?.kind !== 'OdooModels' || faults.length > 0) throw new Error(JSON.stringify(faults));
  return { document, source: parsed.source };
}

export const MODELS = readModels();
export const KNOWLEDGE = readKnowledge(MODELS.document);

export interface TestGrant extends Partial<GrantSpec> {
  readonly name?: string;
  readonly contract?: Contract;
}

/** The places of one grant that opens the Odoo protocols, over the trade contract unless it names another. */
export function placesOf(grant: TestGrant): GrantedPlace[] {
  const { name = 'scripts', contract = TRADE, ...more } = grant;
  const base = testPlace({ environment: { url: 'https://erp.example.com' } });
  const spec: GrantSpec = { ...base.grant.spec, odoo: {}, operations: [...contract.operations.keys()], ...more };
  const document = { ...base.grant, metadata: { name }, spec };
  return spec.operations.map((id) => {
    const operation = contract.operations.get(id);
    if (operation === undefined) throw new Error(`no operation ${id}`);
    return {
      ...base,
      operation,
      version: {
        ...unroutedVersion('production'),
        contract,
        system: { ...unroutedVersion('production').system, metadata: { name: 'odoo' } },
        environment: {
          url: 'https://erp.example.com',
          odoo: { version: 19, protocol: 'json2', database: 'main' },
          credential: { type: 'bearer', secret: { env: 'ODOO_KEY' } },
        },
      },
      grant: document,
      selection: resolveSelection(contract, operation, spec.read ?? {}, spec.masks ?? {}),
      writable: resolveWritable(contract, operation, spec.write ?? {}),
    };
  });
}

/** A document in JSON as a contract; its own faults are nobody's business here. */
export function contractOf(content: unknown): Contract {
  const { contract, faults } = parseContract(content, {
    file: 'contract.json',
    locate: () => ({ file: 'contract.json', line: 1, column: 1 }),
  });
  const errors = faults.filter(({ severity }) => severity === 'error');
  if (contract === undefined || errors.length > 0) throw new Error(JSON.stringify(errors));
  return contract;
}

/** The example company as its catalog has it, with what is known of its Odoo. */
export async function distribution(): Promise<Catalog> {
  const folder = new URL('../../examples/distribution/catalog/', import.meta.url).pathname;
  const { catalog } = await loadCatalog(folder, '2026-11-20');
  return { ...catalog, odooModels: new Map([['odoo-19', MODELS]]) };
}
