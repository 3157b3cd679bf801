import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InstallError, installPackages, nodeBinary } from './install.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Of each command: the file it runs, the npm script that calls it, and whether it needs the development tools. */
const COMMANDS = {
  demo: { file: 'examples/distribution/demo.ts', script: 'start', tools: false },
  test: { file: 'scripts/test.ts', script: 'test', tools: true },
  cli: { file: 'main.ts', script: 'portcullis', tools: false },
  bench: { file: 'bench/run.ts', script: 'bench', tools: true },
  'bench:audit': { file: 'bench/audit.ts', script: 'bench:audit', tools: false },
  corpus: { file: 'scripts/corpus.ts', script: 'corpus', tools: true },
};

/** Node keeps what it compiled there, if it may write: the second start takes two thirds of the time. */
const COMPILE_CACHE = join(ROOT, 'node_modules', '.cache', 'compile');

/** A terminal's Ctrl-C reaches the whole process group, and npm sends it on again: within this time it is the same one. */
const SAME_SIGNAL_MS = 500;
/** How often a launcher under npm looks whether npm is still there. */
const PARENT_MS = 250;

/**
 * Starts one part of Portcullis on the Node it needs and resolves with its exit code. Plain JavaScript for Node 20 and
 * later, because it runs before anything is installed. All it says itself goes to standard error: standard output
 * belongs to the part.
 */
export async function start(name, args) {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    say(`usage: node scripts/launch.mjs <${Object.keys(COMMANDS).join('|')}> [arguments…]`);
    return 2;
  }
  try {
    await installPackages(ROOT, command.tools, say);
    const node = await nodeBinary(ROOT, say);
    return await run(node, [`${ROOT}/${command.file}`, ...args], folderOf(name, command), isUnderNpm(command));
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    say(error.message);
    return 1;
  }
}

/** npm starts scripts in the project's folder; paths on the command line are meant from where the caller stands. */
function folderOf(name, command) {
  if (name !== 'cli') return ROOT;
  return (isUnderNpm(command) ? process.env.INIT_CWD : undefined) ?? process.cwd();
}

function isUnderNpm({ script }) {
  return process.env.npm_lifecycle_event === script;
}

function run(node, args, cwd, underNpm) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, {
      cwd,
      stdio: 'inherit',
      env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env },
    });
    let toldAt;
    const tell = (signal) => {
      toldAt ??= Date.now();
      child.kill(Date.now() - toldAt > SAME_SIGNAL_MS ? 'SIGKILL' : signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => tell(signal));
    // A terminal that is closed cannot be asked a second time.
    process.on('SIGHUP', () => tell('SIGTERM'));
    // npm stops the shell between us, which tells nobody: without its parent the part would run on unseen.
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (!underNpm || process.ppid === parent) return;
      clearInterval(watch);
      if (toldAt === undefined) tell('SIGTERM');
    }, PARENT_MS);
    child.on('error', (error) => reject(new InstallError(`${node} cannot be run: ${error.message}`)));
    child.on('exit', (code, signal) => {
      clearInterval(watch);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

function say(text) {
  process.stderr.write(`portcullis: ${text}\n`);
}
