import { resolve } from 'node:path';
import type { CommandContext } from '../admin/commands/command.ts';
import { loadCatalog } from '../catalog/load-folder.ts';
import { compileCatalog } from '../gateway/compile.ts';
import { trustedIssuers } from '../gateway/identity/issuers.ts';
import { memoryRevocations } from '../gateway/identity/revocations.ts';
import { tokenVerifier } from '../gateway/identity/token-verifier.ts';
import { keyRing } from '../gateway/secrets.ts';
import { createHttpClient } from '../gateway/upstreams/http-client.ts';
import { createUpstreams } from '../gateway/upstreams/layers.ts';
import { FailedAttempts } from '../policies/failed-attempts.ts';
import { systemClock } from '../policies/limit-store.ts';
import { MemoryIdempotency } from '../policies/memory-idempotency.ts';
import { createMemoryLimits } from '../policies/memory-limits.ts';
import type { CommandSettings } from '../settings.ts';
import { compileDependencies } from './compile-parts.ts';
import { openLocalIndex, openLocalLedger } from './open-local-ledger.ts';
import { openUsage } from './open-usage.ts';

/** What the command line needs of the parts: a folder compiled as the gateway would, with no secret, socket or log. */
export function commandContext(
  settings: CommandSettings,
  version: string,
  environment: Readonly<Record<string, string | undefined>>,
): CommandContext {
  return {
    variable: (name) => (Object.hasOwn(environment, name) ? environment[name] : undefined),
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
    ...(process.stderr.isTTY ? { show: (line) => process.stderr.write(`\r\x1b[K${line}`) } : {}),
    defaults: { version, ...settings },
    openIndex: (dataFolder, options) => openLocalIndex({ auditIndex: settings.auditIndex, dataFolder }, options),
    openLedger: (dataFolder) =>
      openLocalLedger({ settings: { ...settings, dataFolder }, variables: environment, software: version }),
    openUsage: (dataFolder) => openUsage({ auditIndex: settings.auditIndex, dataFolder }),
    async compileFolder(folder, environment) {
      const client = createHttpClient();
      const upstreams = createUpstreams();
      const dependencies = compileDependencies({
        environment,
        keys: keyRing('dry run'),
        readSecret: (reference) => `not read in a dry run: ${JSON.stringify(reference)}`,
        openTls: () => undefined,
        client,
        upstreams,
        isSecure: () => false,
        verifier: tokenVerifier(trustedIssuers({}), environment),
        revocations: memoryRevocations(),
        proofs: { check: () => 'not checked in a dry run' },
        attempts: new FailedAttempts({ failures: 1 }),
        limits: createMemoryLimits(systemClock),
        idempotency: new MemoryIdempotency(() => systemClock.steady()),
      });
      try {
        const { catalog, faults } = await loadCatalog(resolve(folder));
        const compiled = compileCatalog(catalog, dependencies);
        const all = [...faults, ...compiled.faults];
        const isFaulty = all.some((fault) => fault.severity === 'error');
        return { catalog, snapshot: isFaulty ? undefined : compiled.snapshot, faults: all };
      } finally {
        upstreams.close();
        client.close();
      }
    },
  };
}
