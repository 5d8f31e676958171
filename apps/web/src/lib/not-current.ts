import { useEffect } from 'react';
import type { Middleware } from 'swr';
import { Store } from './external-store';

/** When the first of what is on screen could not be read again; null: all of it is current. */
export const notCurrentSince = new Store<Date | null>(null);
let numStale = 0;

function note(change: 1 | -1): void {
  numStale += change;
  if (numStale === 0) notCurrentSince.set(null);
  else if (notCurrentSince.get() === null) notCurrentSince.set(new Date());
}

/** For SWR: what was read once and cannot be read again goes on being shown, so somebody must say that it is old. */
export const noteStale: Middleware = (useNext) => (key, fetcher, config) => {
  const read = useNext(key, fetcher, config);
  const isStale = read.data !== undefined && read.error !== undefined;
  useEffect(() => {
    if (!isStale) return;
    note(1);
    return () => note(-1);
  }, [isStale]);
  return read;
};
