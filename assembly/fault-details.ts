/** What went wrong, for operators: where in our code, never a message that might repeat somebody's data. */
export function faultDetails(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const code = 'code' in error ? { code: String(error.code) } : {};
  return { error: error.name, ...code, frames: frames.slice(0, 6).map((line) => line.trim()) };
}
