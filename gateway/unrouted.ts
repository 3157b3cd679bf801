import { API_VERSION } from '../catalog/documents.ts';
import type { Operation } from '../openapi/contract.ts';
import type { VersionPlan } from './plan.ts';
import { versionLines } from './version-lines.ts';

/** Stands in for the operation of a request that matches none. */
export const unroutedOperation: Operation = {
  id: 'unrouted',
  method: 'GET',
  path: '/',
  parameters: [],
  responses: new Map(),
  annotation: {},
  pointer: '',
};

/** Stands in for the version likewise; nothing of it is ever served. */
export function unroutedVersion(environment: string): VersionPlan {
  const owners = { business: 'none', technical: 'none', steward: 'none' };
  const version = { version: '0.0', document: '', lifecycle: 'design' } as const;
  return {
    interface: {
      apiVersion: API_VERSION,
      kind: 'Interface',
      metadata: { name: 'unrouted' },
      spec: {
        system: 'unrouted',
        owners,
        support: { contact: 'none' },
        objective: { availabilityPercent: 0, p95Ms: 0 },
        runbook: 'none',
        criticality: 'low',
        mode: 'real-time',
        versions: [version],
      },
    },
    version,
    major: 0,
    contract: {
      title: 'unrouted',
      specVersion: '3.1.0',
      digest: '',
      serverPath: '',
      operations: new Map(),
      shapes: new Map(),
      fieldIds: new Set(),
      document: {},
    },
    system: {
      apiVersion: API_VERSION,
      kind: 'System',
      metadata: { name: 'unrouted' },
      spec: { type: 'http', owner: 'none', environments: { [environment]: { url: 'http://127.0.0.1:1' } } },
    },
    environment: { url: 'http://127.0.0.1:1' },
    basePath: '',
    audit: 'relaxed',
    label: 'none',
    headerLines: versionLines('none'),
  };
}
