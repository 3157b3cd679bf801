/** One part that must work before traffic may come. */
export interface ReadinessCheck {
  readonly name: string;
  /** False: without it some calls are refused, but most are not; it is told and keeps nobody away. Default: true. */
  readonly isNeeded?: boolean;
  /** Undefined when it works; otherwise what does not, in words that tell nothing internal. */
  problem(): string | undefined;
}

export interface Health {
  /** `degraded`: ready, but for something. */
  readonly status: 'ok' | 'degraded' | 'unavailable';
  readonly checks: Readonly<Record<string, string>>;
}

/** Answers `/health/ready`: every check by name, `ok` or what is wrong. */
export function readiness(checks: readonly ReadinessCheck[]): Health {
  const results: Record<string, string> = {};
  let status: Health['status'] = 'ok';
  for (const { name, isNeeded = true, problem } of checks) {
    const found = problem();
    results[name] = found ?? 'ok';
    if (found === undefined) continue;
    if (isNeeded) status = 'unavailable';
    else if (status === 'ok') status = 'degraded';
  }
  return { status, checks: results };
}
