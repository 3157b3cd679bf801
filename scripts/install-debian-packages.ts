import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const APT = '/usr/bin/apt-get';
const PATIENCE_MS = 300_000;

/** Installs packages where this may be done, as root on Debian; false where it may not or did not work. */
export function installDebianPackages(...names: readonly string[]): boolean {
  if (process.getuid?.() !== 0 || !existsSync(APT)) return false;
  const quiet = {
    stdio: 'ignore',
    timeout: PATIENCE_MS,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  } as const;
  spawnSync(APT, ['update', '-q'], quiet);
  return spawnSync(APT, ['install', '-y', '-q', '--no-install-recommends', ...names], quiet).status === 0;
}
