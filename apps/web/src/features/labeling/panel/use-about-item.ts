import { type CallOptions, isApiError } from '@tangent/client';
import { useEffect, useRef } from 'react';
import useSWR, { useSWRConfig } from 'swr';
import { useLateStore } from '@/lib/use-late-store';
import { useLabeling } from '../use-labeling-session';
import { useSettled } from '../use-now';

/** No worker holds the model yet: one takes it up within seconds of its start, or of a new round. */
const isForAWhile = (error: unknown): boolean => isApiError(error, 'no-live-model', 'queue-unavailable');
const lookAgainMs = 1500;

interface Options<T> {
  /** Names the question among others about the same item. */
  readonly kind: string;
  readonly isWanted: boolean;
  /** An item must stay on screen so long before anybody is asked. */
  readonly settleMs: number;
  readonly ask: (itemId: string, options: CallOptions) => Promise<T>;
}

/** What the live model says about the item on screen; the answer before it stays until the new one is there. */
export function useAboutItem<T>({ kind, isWanted, settleMs, ask }: Options<T>) {
  const session = useLabeling();
  const itemId = useLateStore(session.state, (state) => state.current?.item.id ?? null);
  const hasRanking = useLateStore(session.leases.state, (state) => state.ranking !== null);
  const { mutate } = useSWRConfig();
  const settledId = useSettled(itemId, settleMs);
  const askedId = isWanted && hasRanking && settledId === itemId ? settledId : null;
  const asking = useRef<{ readonly itemId: string; readonly abort: AbortController } | null>(null);
  const { data, error } = useSWR(
    askedId === null ? null : [kind, askedId],
    async ([, itemId]: readonly [string, string]) => {
      const abort = new AbortController();
      const { signal } = abort;
      asking.current = { itemId, abort };
      try {
        return { itemId, answer: await ask(itemId, { signal, priority: 'low' }) };
      } catch (error) {
        // Nobody waits for it any more; who comes back by an undo asks anew.
        if (signal.aborted) return undefined;
        throw error;
      }
    },
    {
      keepPreviousData: true,
      revalidateOnFocus: false,
      shouldRetryOnError: isForAWhile,
      errorRetryInterval: lookAgainMs,
    },
  );
  // An annotator passes thousands of items: what was said about those behind her is let go, and what was asked is taken
  // back. A busy worker answers after seconds, and a browser has six connections to a server: held by questions about
  // items that have gone, they are missing for images and answers.
  useEffect(() => {
    if (askedId === null) return;
    return () => {
      if (asking.current?.itemId === askedId)
        asking.current.abort.abort(new Error('the item has left the screen'));
      void mutate([kind, askedId], undefined, { revalidate: false });
    };
  }, [kind, askedId, mutate]);
  return { answer: data?.answer, isCurrent: data !== undefined && data.itemId === itemId, error, hasRanking };
}
