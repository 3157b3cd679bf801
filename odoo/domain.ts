/** An Odoo domain in prefix form that is one whole expression: it can be put beside others without swallowing them. */
export type Domain = readonly unknown[];

/** Holds for no record, and for every record. */
export const NONE: Domain = [[0, '=', 1]];
export const ALL: Domain = [];

export const leaf = (path: string, operator: string, value: unknown): Domain => [[path, operator, value]];

export function and(...domains: readonly Domain[]): Domain {
  return join(
    '&',
    domains.filter((domain) => domain.length > 0),
  );
}

/** At least one holds; with no alternative, none does. */
export function or(...domains: readonly Domain[]): Domain {
  return domains.some((domain) => domain.length === 0) ? ALL : domains.length === 0 ? NONE : join('|', domains);
}

function join(operator: '&' | '|', domains: readonly Domain[]): Domain {
  return [...domains.slice(1).map(() => operator), ...domains.flat()];
}

/** A domain as people write it (with implicit `&`) as one expression. Throws an Error when it is not well-formed. */
export function normalDomain(domain: readonly unknown[]): Domain {
  const expressions: Domain[] = [];
  for (const item of domain.toReversed()) {
    if (item === '!') expressions.push(['!', ...take(expressions)]);
    else if (item === '&' || item === '|') expressions.push([item, ...take(expressions), ...take(expressions)]);
    else if (Array.isArray(item) && item.length === 3) expressions.push([item]);
    else
      throw new Error(
        'it holds something that is neither a condition nor one of & | !; write [field, operator, value]',
      );
  }
  return and(...expressions.reverse());
}

function take(expressions: Domain[]): Domain {
  const expression = expressions.pop();
  if (expression === undefined) throw new Error('an operator stands without its conditions; write it before them');
  return expression;
}
