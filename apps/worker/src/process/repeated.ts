/** Runs work now and then, never twice at once. */
export function repeated(everyMs: number, work: () => Promise<void>, onError: (error: unknown) => void) {
  let running: Promise<void> | undefined;
  let isWanted = false;
  let isStopped = false;
  const now = () => {
    isWanted = true;
    if (running || isStopped) return;
    running = (async () => {
      while (isWanted && !isStopped) {
        isWanted = false;
        await work().catch(onError);
      }
      running = undefined;
    })();
  };
  const timer = setInterval(now, everyMs);
  return {
    now,
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
