import { spawnSync } from 'node:child_process';
import { installDebianPackages } from './install-debian-packages.ts';

/** Debian's own first: its packages are not for a Python of another make that the path may name. */
const PYTHONS = ['/usr/bin/python3', 'python3'];

/**
 * The Python that has odoorpc, which the tests run as its users do; installed for the purpose as root on Debian. Throws an
 * Error that says what to do.
 */
export function findOdoorpc(): string {
  const found = PYTHONS.find(hasOdoorpc);
  if (found !== undefined) return found;
  installDebianPackages('python3', 'python3-odoorpc');
  const installed = PYTHONS.find(hasOdoorpc);
  if (installed !== undefined) return installed;
  const python = PYTHONS.some((program) => runs(program, 'pass')) ? 'odoorpc for Python' : 'Python 3 with odoorpc';
  throw new Error(`The tests need ${python}: install python3-odoorpc (Debian), or odoorpc with pip.`);
}

function hasOdoorpc(program: string): boolean {
  return runs(program, 'import odoorpc');
}

function runs(program: string, code: string): boolean {
  return spawnSync(program, ['-I', '-c', code], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}
