/** The command line of the verifier, read. */
export interface VerifyArguments {
  readonly path: string | undefined;
  readonly keys: readonly string[];
  readonly checkpoints: readonly string[];
  readonly policy?: string;
  readonly entry?: string;
  readonly json: boolean;
}

/** What is wrong with a command line. */
export class ArgumentError extends Error {}

/** Reads the command line; without node:util, so that the verifier can travel alone. Throws an ArgumentError. */
export function verifyArguments(words: readonly string[]): VerifyArguments {
  const given = new Map<string, string[]>();
  const paths: string[] = [];
  let json = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const [option = '', inline] = word.startsWith('--') ? splitOnce(word) : [];
    if (option === '') {
      if (word.startsWith('-')) throw new ArgumentError(`There is no option "${word}".`);
      paths.push(word);
    } else if (option === '--json' && inline === undefined) json = true;
    else if (VALUED.has(option)) {
      const value = inline ?? words[++at];
      if (value === undefined || value === '') throw new ArgumentError(`${option} takes a value.`);
      given.set(option, [...(given.get(option) ?? []), value]);
    } else throw new ArgumentError(`There is no option "${option}".`);
  }
  if (paths.length > 1) throw new ArgumentError('One path is verified at a time.');
  return {
    path: paths[0],
    json,
    keys: given.get('--key') ?? [],
    checkpoints: given.get('--checkpoint') ?? [],
    ...single('policy', given),
    ...single('entry', given),
  };
}

const VALUED = new Set(['--key', '--policy', '--checkpoint', '--entry']);

function splitOnce(word: string): [string, string | undefined] {
  const cut = word.indexOf('=');
  return cut < 0 ? [word, undefined] : [word.slice(0, cut), word.slice(cut + 1)];
}

function single<Name extends string>(
  name: Name,
  given: ReadonlyMap<string, readonly string[]>,
): { [K in Name]?: string } {
  const [value, ...more] = given.get(`--${name}`) ?? [];
  if (more.length > 0) throw new ArgumentError(`--${name} is given once.`);
  return (value === undefined ? {} : { [name]: value }) as { [K in Name]?: string };
}
