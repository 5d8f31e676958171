import { startTransition, useEffect, useEffectEvent, useState } from 'react';
import { afterPaint } from './after-paint';
import type { Store } from './external-store';

/**
 * As `useStore`, one frame later, and in pieces that let input pass: for all that must not hold up what was pressed a
 * key for.
 */
export function useLateStore<T, S = T>(
  store: Store<T>,
  select: (state: T) => S = (s) => s as unknown as S,
): S {
  const [value, setValue] = useState(() => select(store.get()));
  const read = useEffectEvent(() => startTransition(() => setValue(() => select(store.get()))));
  useEffect(() => {
    let isThere = true;
    let isDue = false;
    const readSoon = () => {
      if (isDue) return;
      isDue = true;
      afterPaint(() => {
        isDue = false;
        if (isThere) read();
      });
    };
    // It may have changed since the first look.
    readSoon();
    const unsubscribe = store.subscribe(readSoon);
    return () => {
      isThere = false;
      unsubscribe();
    };
  }, [store]);
  return value;
}
