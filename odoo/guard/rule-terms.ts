import type { Domain } from '../domain.ts';

/** One part of a rule, all parts of which must hold. */
export type RuleTerm = RuleLeaf | RuleGroup;

export interface RuleLeaf {
  readonly kind: 'leaf';
  readonly path: string;
  readonly operator: string;
  readonly value: unknown;
}

interface RuleGroup {
  readonly kind: 'and' | 'or' | 'not';
  readonly terms: readonly RuleTerm[];
}

/** A rule in prefix form as the parts that must hold, each. Throws an Error for what is no domain. */
export function ruleTerms(rule: Domain): readonly RuleTerm[] {
  if (rule.length === 0) return [];
  const stack: RuleTerm[] = [];
  for (const token of rule.toReversed()) {
    if (token === '!') stack.push({ kind: 'not', terms: [taken(stack)] });
    else if (token === '&' || token === '|') {
      stack.push({ kind: token === '&' ? 'and' : 'or', terms: [taken(stack), taken(stack)] });
    } else stack.push(leafOf(token));
  }
  return stack.flatMap(parts);
}

function parts(term: RuleTerm): readonly RuleTerm[] {
  return term.kind === 'and' ? term.terms.flatMap(parts) : [term];
}

function taken(stack: RuleTerm[]): RuleTerm {
  const term = stack.pop();
  if (term === undefined) throw new Error('a rule with an operator that has nothing to stand for');
  return term;
}

function leafOf(token: unknown): RuleLeaf {
  if (!Array.isArray(token) || token.length !== 3) throw new Error('a rule that holds something else than conditions');
  const [path, operator, value] = token;
  return { kind: 'leaf', path: String(path), operator: String(operator), value };
}

/** Every condition of a term. */
export function leavesOf(term: RuleTerm): readonly RuleLeaf[] {
  return term.kind === 'leaf' ? [term] : term.terms.flatMap(leavesOf);
}

/** The field of the record itself that a condition speaks of. */
export function firstStep({ path }: RuleLeaf): string {
  return path.split('.', 1)[0] ?? '';
}
