/** The work's result, or an Error when it does not come in time. */
export function withinTime<T>(
  timeoutMs: number,
  work: Promise<T>,
  late: () => Error = () => new Error('no answer in time'),
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), timeoutMs);
    work.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
