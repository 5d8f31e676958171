'use client';

import type { Round } from '@tangent/contracts';
import useSWR from 'swr';
import { api } from '@/lib/api';
import { cn } from '@/lib/cn';
import { formatMs, plural } from '@/lib/format';
import { isActiveRound } from './use-project-pulse';

const lookMs = 1500;

/** The shards of a round: which wait, run, are done, and how long each took. */
export function Shards({ round }: { readonly round: Round }) {
  const { data } = useSWR(
    ['shards', round.id, round.status],
    () => api.getRoundShards({ params: { roundId: round.id } }),
    { refreshInterval: isActiveRound(round) ? lookMs : 0, keepPreviousData: true },
  );
  if (data === undefined || data.items.length === 0) return null;
  return (
    <section aria-labelledby="shards-title">
      <h2 id="shards-title" className="eyebrow mb-3">
        {plural(data.items.length, 'shard')}
      </h2>
      <ul className="flex flex-wrap gap-1.5">
        {data.items.map(({ index, numItems, featuresStatus, scoreStatus, attempts, featuresMs, scoreMs }) => {
          const isDone = scoreStatus === 'done';
          const isRunning = featuresStatus === 'running' || scoreStatus === 'running';
          const what = `Shard ${index}: ${plural(numItems, 'item')}, features ${featuresStatus}${featuresMs === null ? '' : ` in ${formatMs(featuresMs)}`}, scores ${scoreStatus}${scoreMs === null ? '' : ` in ${formatMs(scoreMs)}`}${attempts > 1 ? `, attempt ${attempts}` : ''}`;
          return (
            <li
              key={index}
              title={what}
              className={cn(
                'grid h-7 min-w-9 place-items-center rounded-sm px-1.5 text-xs tabular',
                isDone
                  ? 'bg-live-soft text-live-strong'
                  : isRunning
                    ? 'animate-breathe bg-live text-on-live'
                    : 'bg-sunken text-ink-faint',
              )}
            >
              <span aria-hidden="true">{index}</span>
              <span className="sr-only">{what}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
