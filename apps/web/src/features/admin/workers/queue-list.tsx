'use client';

import useSWR from 'swr';
import { Loaded } from '@/components/ui/loaded';
import { api } from '@/lib/api';
import { formatAge, plural } from '@/lib/format';
import { QueueCard } from './queue-card';

const lookMs = 3000;
export const useQueues = () =>
  useSWR(['queues'], () => api.listQueues(), { refreshInterval: lookMs, keepPreviousData: true });

export function QueueList() {
  const queues = useQueues();
  return (
    <section aria-labelledby="queues" className="mt-10">
      <h2 id="queues" className="mb-4 text-lg">
        Queues
      </h2>
      <Loaded of={queues} what="The queues" className="h-36">
        {({ items, backend, outbox }) => (
          <>
            <ul className="space-y-3">
              {items.map((queue) => (
                <li key={queue.name}>
                  <QueueCard queue={queue} onChanged={() => void queues.mutate()} />
                </li>
              ))}
            </ul>
            <p className="mt-3 text-sm text-ink-faint">
              On {backend === 'redis' ? 'Redis' : 'Postgres'}.{' '}
              {outbox.numWaiting === 0
                ? 'The database has handed everything over.'
                : `${plural(outbox.numWaiting, 'message')} of the database ${outbox.numWaiting === 1 ? 'waits' : 'wait'} to be handed over, the oldest for ${formatAge(outbox.oldestAgeMs ?? 0)}.`}
            </p>
          </>
        )}
      </Loaded>
    </section>
  );
}
