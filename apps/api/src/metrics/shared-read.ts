/** The outcome of a reading; null: it failed or did not come in time. */
export type SharedRead<T> = () => Promise<T | null>;

export interface SharedReadOptions {
  /** A value this old is good enough, so that many askers cost as much as one. */
  readonly maxAgeMs: number;
  /** Nobody waits longer. */
  readonly timeoutMs: number;
  /** Of failures and of readings that were given up. */
  readonly onError: (error: unknown) => void;
}

/** Reads for all who ask at the same time once; while a reading is late, no other is begun. */
export function sharedRead<T>(read: () => Promise<T>, options: SharedReadOptions): SharedRead<T> {
  const { maxAgeMs, timeoutMs, onError } = options;
  let latest: { readonly value: T; readonly at: number } | null = null;
  let running: Promise<T | null> | null = null;
  const begin = async () => {
    try {
      const value = await read();
      latest = { value, at: performance.now() };
      return value;
    } catch (error) {
      onError(error);
      return null;
    } finally {
      running = null;
    }
  };
  return async () => {
    if (latest && performance.now() - latest.at < maxAgeMs) return latest.value;
    running ??= begin();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => {
        onError(new Error(`not read within ${timeoutMs} ms`));
        resolve(null);
      }, timeoutMs);
    });
    try {
      return await Promise.race([running, late]);
    } finally {
      clearTimeout(timer);
    }
  };
}
