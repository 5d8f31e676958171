import { useEffect, useRef } from 'react';
import useSWR from 'swr';
import { api } from '@/lib/api';
import { useProjectEvents } from '@/lib/use-project-events';

/** More than a strip shows: answers on their way are still in the list. */
const numShown = 40;
const shortestPauseMs = 400;
const none: Awaited<ReturnType<typeof api.listItems>>['items'] = [];

/** The top of the ranking that nobody holds, read again when it changes, at most every 0.4 s. */
export function useUpcoming(projectId: string) {
  const { data, mutate } = useSWR(
    ['upcoming', projectId],
    () =>
      api.listItems(
        { params: { projectId }, query: { order: 'rank', status: 'unlabeled', limit: numShown } },
        { priority: 'low' },
      ),
    { keepPreviousData: true },
  );
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const readSoon = () => {
    timer.current ??= setTimeout(() => {
      timer.current = null;
      void mutate();
    }, shortestPauseMs);
  };
  useProjectEvents(
    projectId,
    (event) => {
      if (event.type === 'ranking.updated' || event.type === 'round.done') readSoon();
    },
    readSoon,
  );
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
    },
    [],
  );
  return data?.items ?? none;
}
