import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installDebianPackages } from './install-debian-packages.ts';

const SOURCE = join(import.meta.dirname, 'tlog-reference/main.go');
const PROGRAM = join(import.meta.dirname, '../node_modules/.cache/tlog-reference');
/** Where Debian keeps the sources of Go's libraries. */
const GOPATH = '/usr/share/gocode';
const LIBRARY = `${GOPATH}/src/golang.org/x/mod/sumdb/tlog`;
const PATIENCE_MS = 240_000;

/**
 * Builds the program that answers for the log formats in our stead (golang.org/x/mod/sumdb); installs Go for the purpose as
 * root on Debian. Throws an Error that says what to do.
 */
export function buildTlogReference(): string {
  if (!canBuild()) installDebianPackages('golang-go', 'golang-golang-x-mod-dev');
  if (!canBuild())
    throw new Error('The tests of the log formats need Go with x/mod: install golang-go and golang-golang-x-mod-dev.');
  const environment = { ...process.env, GO111MODULE: 'off', GOPATH, GOFLAGS: '', CGO_ENABLED: '0' };
  const built = spawnSync('go', ['build', '-o', PROGRAM, SOURCE], {
    env: environment,
    encoding: 'utf8',
    timeout: PATIENCE_MS,
  });
  if (built.status !== 0) throw new Error(`The reference of the log formats was not built: ${built.stderr}`);
  return PROGRAM;
}

function canBuild(): boolean {
  return existsSync(LIBRARY) && spawnSync('go', ['version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}
