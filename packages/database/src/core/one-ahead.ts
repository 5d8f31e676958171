/**
 * Asks for the next value while this one is worked on; two are in memory, then. What the source throws meanwhile is
 * thrown when its turn comes; nobody hears of it when the reader has left.
 */
export async function* oneAhead<T>(
  source: AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  let next = source.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = source.next();
      // It may fail before anybody waits for it: without a handler that would end the process.
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    await next.catch(() => undefined);
    await source.return();
  }
}
