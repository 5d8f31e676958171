/** Asks for the next value while this one is worked on. Two values are in memory, then. */
export async function* oneAhead<T>(
  source: AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  let next = source.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = source.next();
      yield value;
    }
  } finally {
    // Left while the next value was on its way: it failed or not, nobody waits for it any more.
    await next.catch(() => undefined);
    await source.return();
  }
}
