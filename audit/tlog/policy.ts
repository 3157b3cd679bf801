import { COSIGNATURE, ED25519, type NoteKey, parseVerifierKey } from './signed-note.ts';

/** Whom to believe about a log (C2SP tlog-policy). */
export interface TrustPolicy {
  readonly logs: readonly PolicyKey[];
  readonly witnesses: readonly (PolicyKey & { readonly name: string })[];
  /** True when the witnesses that cosigned, by their names in the policy, are enough. */
  isQuorum(cosigned: ReadonlySet<string>): boolean;
}

interface PolicyKey {
  readonly key: NoteKey;
  readonly url?: string;
}

type Rule = (cosigned: ReadonlySet<string>) => boolean;

/** All but tab and line end below the space, and delete. */
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f]/;
const MOST_LINES = 10_000;
const NONE = 'none';

/** Reads a policy file; throws an Error that names the line. Names are octets (kept as latin1), keys are UTF-8. */
export function parsePolicy(file: Buffer): TrustPolicy {
  const lines = file.toString('latin1').split('\n');
  if (lines.length > MOST_LINES) throw new Error('the policy is too long');
  const reading = new PolicyReading();
  for (const [at, line] of lines.entries()) {
    const words = line.split(/[ \t]+/).filter((word) => word !== '');
    const fault = CONTROL.test(line) ? 'it has a control character' : undefined;
    try {
      if (fault !== undefined) throw new Error(fault);
      if (words.length > 0 && words[0]?.startsWith('#') === false) reading.line(words);
    } catch (error) {
      throw new Error(`line ${at + 1} of the policy: ${error instanceof Error ? error.message : 'unreadable'}`);
    }
  }
  return reading.policy();
}

class PolicyReading {
  readonly #logs: PolicyKey[] = [];
  readonly #witnesses: (PolicyKey & { name: string })[] = [];
  readonly #rules = new Map<string, Rule>();
  readonly #members = new Set<string>();
  #quorum: Rule | undefined;

  line([kind, ...rest]: readonly string[]): void {
    if (kind === 'log') this.#log(rest);
    else if (kind === 'witness') this.#witness(rest);
    else if (kind === 'group') this.#group(rest);
    else if (kind === 'quorum') this.#setQuorum(rest);
    else throw new Error('it begins with none of log, witness, group and quorum');
  }

  policy(): TrustPolicy {
    const quorum = this.#quorum;
    if (quorum === undefined) throw new Error('the policy has no quorum line (`quorum none` asks for no witness)');
    return { logs: this.#logs, witnesses: this.#witnesses, isQuorum: quorum };
  }

  #log(words: readonly string[]): void {
    const [key, url] = words;
    if (key === undefined || words.length > 2) throw new Error('it reads: log <vkey> [<url>]');
    this.#logs.push(policyKey(key, url, ED25519, this.#logs));
  }

  #witness(words: readonly string[]): void {
    const [name, key, url] = words;
    if (name === undefined || key === undefined || words.length > 3)
      throw new Error('it reads: witness <name> <vkey> [<url>]');
    this.#define(name, (cosigned) => cosigned.has(name));
    this.#witnesses.push({ name, ...policyKey(key, url, COSIGNATURE, this.#witnesses) });
  }

  #group(words: readonly string[]): void {
    const [name, threshold, ...members] = words;
    if (name === undefined || threshold === undefined || members.length === 0)
      throw new Error('it reads: group <name> all|any|<k> <name>…');
    const rules = members.map((member) => this.#member(member));
    const least = leastOf(threshold, members.length);
    this.#define(name, (cosigned) => rules.filter((rule) => rule(cosigned)).length >= least);
  }

  #setQuorum(words: readonly string[]): void {
    const [name] = words;
    if (name === undefined || words.length > 1) throw new Error('it reads: quorum <name>');
    if (this.#quorum !== undefined) throw new Error('there is already a quorum');
    this.#quorum = name === NONE ? () => true : this.#defined(name);
  }

  #define(name: string, rule: Rule): void {
    if (name === NONE || this.#rules.has(name)) throw new Error(`the name ${name} is taken`);
    this.#rules.set(name, rule);
  }

  #defined(name: string): Rule {
    const rule = this.#rules.get(name);
    if (rule === undefined) throw new Error(`${name} is not defined on a line before`);
    return rule;
  }

  /** A name is a member of one group at most, so that a witness counts in one way only. */
  #member(name: string): Rule {
    const rule = this.#defined(name);
    if (this.#members.has(name)) throw new Error(`${name} is already a member of a group`);
    this.#members.add(name);
    return rule;
  }
}

function leastOf(threshold: string, members: number): number {
  if (threshold === 'all') return members;
  if (threshold === 'any') return 1;
  const least = /^[1-9]\d{0,8}$/.test(threshold) ? Number(threshold) : 0;
  if (least < 1 || least > members) throw new Error(`a group of ${members} takes all, any or 1 to ${members}`);
  return least;
}

function policyKey(text: string, url: string | undefined, type: number, known: readonly PolicyKey[]): PolicyKey {
  const key = parseVerifierKey(Buffer.from(text, 'latin1').toString());
  if (key.type !== type) throw new Error(`the key of ${key.name} is of type ${key.type}, not ${type}`);
  if (known.some((other) => other.key.publicKey.equals(key.publicKey)))
    throw new Error(`the key of ${key.name} is listed twice`);
  return url === undefined ? { key } : { key, url };
}
