/** One measured figure and what it is held against. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** Absent: there is no goal. */
  readonly goal?: { readonly atLeast: number } | { readonly atMost: number };
}

/** The figures as a Markdown table, the facts below. */
export function renderFigures(figures: readonly Figure[], facts: readonly string[]): string {
  const rows = figures.map(({ what, value, unit, goal }) => {
    const measured = `${value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 2 : 0 })} ${unit}`;
    if (goal === undefined) return `| ${what} | ${measured} | – | – |`;
    const [wanted, holds] =
      'atLeast' in goal
        ? [`at least ${goal.atLeast.toLocaleString('en')} ${unit}`, value >= goal.atLeast]
        : [`at most ${goal.atMost.toLocaleString('en')} ${unit}`, value <= goal.atMost];
    return `| ${what} | ${measured} | ${wanted} | ${holds ? 'yes' : '**no**'} |`;
  });
  const head = ['| what | measured | wanted | reached |', '|---|---|---|---|'];
  return `${[...head, ...rows, '', ...facts.map((fact) => `- ${fact}`)].join('\n')}\n`;
}

/** The value below which `share` of the others lie. */
export function percentileOf(values: Float64Array, count: number, share: number): number {
  const sorted = values.slice(0, count).sort();
  return sorted[Math.min(count - 1, Math.floor(count * share))] ?? Number.NaN;
}
