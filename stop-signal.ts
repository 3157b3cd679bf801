/** A terminal's Ctrl-C reaches the whole process group and is sent on by whoever started us: within this time it is the same one. */
const SAME_SIGNAL_MS = 500;

/** Resolves at the first SIGINT or SIGTERM. A second one, given on purpose, ends the process at once. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    const onSignal = (): void => {
      if (firstAt === undefined) {
        firstAt = performance.now();
        resolve();
      } else if (performance.now() - firstAt > SAME_SIGNAL_MS) {
        process.exit(130);
      }
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
