/** Two clocks drift apart by less in this time than a lease or a session would notice. */
const followEveryMs = 60_000;

export interface ServerClock {
  /** The time on the clock of the database, to some milliseconds; on this machine's as long as the database was never reached. */
  now(): Date;
  /** Looks at the database's clock now. What goes wrong leaves the clock as it is. */
  follow(): Promise<void>;
  stop(): void;
}

/**
 * Leases, sessions and keys are compared with times that other processes wrote: one clock must say when they end, and
 * that is the database's. Between two looks it is counted on by the machine's monotonic clock, which nobody sets: a
 * jump of the wall clock here, by a day or a year, changes nothing.
 *
 * @param readMs what the database's clock shows, in milliseconds since 1970
 * @param steadyMs the monotonic clock
 */
export function serverClock(
  readMs: () => Promise<number>,
  steadyMs: () => number = () => performance.now(),
): ServerClock {
  let offsetMs: number | undefined;
  const follow = async () => {
    const asked = steadyMs();
    const serverMs = await readMs().catch(() => undefined);
    if (serverMs === undefined) return;
    // The server looked somewhere between; a slow answer leaves what it does not contradict.
    const halfMs = (steadyMs() - asked) / 2;
    const found = serverMs - (asked + halfMs);
    if (offsetMs === undefined || Math.abs(found - offsetMs) > halfMs) offsetMs = found;
  };
  const timer = setInterval(() => void follow(), followEveryMs);
  timer.unref();
  return {
    now: () => new Date(offsetMs === undefined ? Date.now() : Math.round(offsetMs + steadyMs())),
    follow,
    stop: () => clearInterval(timer),
  };
}
