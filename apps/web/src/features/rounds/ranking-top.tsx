'use client';

import type { Project, Round } from '@tangent/contracts';
import useSWR from 'swr';
import { Button } from '@/components/ui/button';
import { ItemThumb } from '@/features/labeling/item-thumb';
import { api } from '@/lib/api';
import { formatScore } from '@/lib/format';

export const numRankedAtFirst = 40;

interface Props {
  readonly project: Project;
  readonly round: Round;
  /** Items that are shown. */
  readonly limit: number;
  readonly onLimit: (limit: number) => void;
}

/** The head of the ranking that the round ended with: the batch in the order it was picked, then by score. */
export function RankingTop({ project, round, limit, onLimit }: Props) {
  const { data } = useSWR(
    ['ranking', round.id, limit],
    () => api.getRoundRanking({ params: { roundId: round.id }, query: { limit } }),
    { keepPreviousData: true, revalidateOnFocus: false },
  );
  if (data === undefined) return <div className="mt-10 h-64 rounded-sm shimmer" />;
  const batch = data.items.filter(({ isSelected }) => isSelected);
  const rest = data.items.filter(({ isSelected }) => !isSelected);
  return (
    <section aria-labelledby="ranking-title" className="mt-12">
      <h2 id="ranking-title" className="text-xl">
        The batch
      </h2>
      <p className="mt-1 mb-4 text-sm text-ink-soft">
        {batch.length} items, each picked as if those before it were labeled already.
      </p>
      <Grid project={project} items={batch} />
      {rest.length > 0 && (
        <>
          <h3 className="mt-10 mb-4 text-lg">Then, by score</h3>
          <Grid project={project} items={rest} />
        </>
      )}
      {data.nextCursor !== null && limit < 400 && (
        <Button look="quiet" size="sm" className="mt-4" onClick={() => onLimit(limit * 3)}>
          Show more
        </Button>
      )}
    </section>
  );
}

interface GridProps {
  readonly project: Project;
  readonly items: readonly {
    readonly itemId: string;
    readonly rank: number;
    readonly score: number;
    readonly reason: string | null;
  }[];
}

function Grid({ project, items }: GridProps) {
  return (
    <ol className="grid gap-x-4 gap-y-5 sm:grid-cols-[repeat(auto-fill,minmax(9.5rem,1fr))]">
      {items.map(({ itemId, rank, score, reason }) => (
        <li key={itemId} className="flex gap-3 sm:block">
          <span className="block aspect-square w-20 shrink-0 sm:w-full">
            <ItemThumb itemId={itemId} type={project.type} alt={`Item of rank ${rank}`} />
          </span>
          <span className="min-w-0 flex-1">
            <span className="flex items-baseline justify-between gap-2 text-sm tabular sm:mt-1.5">
              <b className="font-medium">{rank}</b>
              <span className="text-ink-faint">{formatScore(score)}</span>
            </span>
            {reason !== null && (
              <span className="mt-0.5 line-clamp-4 block text-xs text-ink-soft">{reason}</span>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}
