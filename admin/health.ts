/** One thing that must hold before traffic may come. */
export interface ReadinessCheck {
  readonly name: string;
  /** Undefined when it holds; otherwise what does not, in words that tell nothing internal. */
  problem(): string | undefined;
}

export interface Health {
  readonly status: 'ok' | 'unavailable';
  readonly checks: Readonly<Record<string, string>>;
}

/** Answers `/health/ready`: every check by name, `ok` or what is wrong. */
export function readiness(checks: readonly ReadinessCheck[]): Health {
  const results: Record<string, string> = {};
  let status: Health['status'] = 'ok';
  for (const check of checks) {
    const problem = check.problem();
    if (problem !== undefined) status = 'unavailable';
    results[check.name] = problem ?? 'ok';
  }
  return { status, checks: results };
}
