import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The lowest Node that runs our TypeScript as it is. */
const NODE_MAJOR = 24;
/** Platforms for which tools/node brings a Node, and where in its package the program lies. */
const NODE_PACKAGES = {
  'linux-x64': 'bin/node',
  'linux-arm64': 'bin/node',
  'win32-x64': 'bin/node.exe',
};

/** Something needed could not be brought here; its message is one line for people. */
export class InstallError extends Error {}

/**
 * Installs the packages of package-lock.json where they are missing or others. npm keeps a list of what it installed;
 * compared with the lock file it tells, without a stamp of ours, also after an install by hand or one that broke off.
 */
export async function installPackages(root, tools, say) {
  if (await isInstalled(root, tools)) return;
  say('installing packages (once; about half a minute)…');
  await npm(['ci', tools ? '--include=dev' : '--omit=dev'], root, 'the packages');
}

/** The Node to run on: this one where it is new enough, else the one of tools/node, installed when it is missing. */
export async function nodeBinary(root, say) {
  if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR) return process.execPath;
  const platform = `${process.platform}-${process.arch}`;
  const program = NODE_PACKAGES[platform];
  if (program === undefined) {
    throw new InstallError(
      `Node ${NODE_MAJOR} or newer is needed and this is ${process.versions.node}; none can be brought to ${platform}: please install it.`,
    );
  }
  const folder = join(root, 'tools', 'node');
  const place = `node_modules/node-${platform.replace('win32', 'win')}`;
  const binary = join(folder, place, program);
  const wanted = (await packages(join(folder, 'package-lock.json')))?.[place];
  const installed = (await packages(join(folder, 'node_modules', '.package-lock.json')))?.[place];
  if (installed === undefined || installed.integrity !== wanted?.integrity || !existsSync(binary)) {
    say(`this is Node ${process.versions.node}; bringing Node ${NODE_MAJOR} (once)…`);
    await npm(['ci'], folder, `Node ${NODE_MAJOR}`);
  }
  if (!existsSync(binary)) {
    throw new InstallError(`Node ${NODE_MAJOR} was not installed: is npm told to omit optional packages?`);
  }
  return binary;
}

async function isInstalled(folder, tools) {
  const wanted = await packages(join(folder, 'package-lock.json'));
  if (wanted === undefined) throw new InstallError(`${join(folder, 'package-lock.json')} is missing or no lock file.`);
  const installed = await packages(join(folder, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || entry.optional || (entry.dev && !tools)) return true;
    return installed[path]?.version === entry.version && installed[path]?.integrity === entry.integrity;
  });
}

async function packages(lockFile) {
  try {
    return JSON.parse(await readFile(lockFile, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** Runs npm quietly; what it has to say of an error goes to standard error. */
function npm(args, folder, what) {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts'];
  // Under npm its own program is known; otherwise the one on the path.
  const script = process.env.npm_execpath?.endsWith('npm-cli.js') ? process.env.npm_execpath : undefined;
  const command = script === undefined ? 'npm' : process.execPath;
  const before = script === undefined ? [] : [script];
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...before, ...args, ...quiet], {
      cwd: folder,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32' && script === undefined,
    });
    child.on('error', (error) => reject(new InstallError(`npm cannot be run: ${error.message}`)));
    child.on('exit', (code) => {
      if (code === 0) resolve(undefined);
      else
        reject(
          new InstallError(`${what} could not be installed; can the package registry be reached? (npm said why above)`),
        );
    });
  });
}
