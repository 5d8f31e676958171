'use client';

import type { Project, Round } from '@tangent/contracts';
import useSWR from 'swr';
import { ItemThumb } from '@/features/labeling/item-thumb';
import { api } from '@/lib/api';
import { cn } from '@/lib/cn';
import { plural } from '@/lib/format';
import { numCommon, sharedItems } from './overlap';

/** The batch of a round: it stands at the head of its ranking. */
export const batchQuery = ({ batchSize }: Pick<Round, 'batchSize'>) => ({ limit: Math.min(1000, batchSize) });

const mostShown = 60;

/** The batches side by side; items that another of them has, too, are framed. */
export function ChosenItems({
  project,
  rounds,
}: {
  readonly project: Project;
  readonly rounds: readonly Round[];
}) {
  const ids = rounds.map(({ id }) => id);
  const { data } = useSWR(
    ['batches', ...ids],
    () =>
      Promise.all(
        rounds.map(async (round) => {
          const { items } = await api.getRoundRanking({
            params: { roundId: round.id },
            query: batchQuery(round),
          });
          return items.filter(({ isSelected }) => isSelected).map(({ itemId }) => itemId);
        }),
      ),
    { revalidateOnFocus: false },
  );
  if (data === undefined) return <div aria-busy="true" className="h-48 rounded-sm shimmer" />;
  const shared = sharedItems(data);
  return (
    <>
      <p className="mb-5 text-ink-soft">
        {shared.size === 0
          ? 'No item is in two of these batches.'
          : `${plural(shared.size, 'item is', 'items are')} in two or more of these batches.`}
      </p>
      <ul className="space-y-6">
        {rounds.map((round, index) => {
          const batch = data[index]!;
          const others = rounds
            .map((other, at) => ({ other, n: numCommon(batch, data[at]!) }))
            .filter(({ other, n }) => other.id !== round.id && n > 0);
          return (
            <li key={round.id}>
              <h3 className="mb-2 text-sm tabular">
                Round {round.number}{' '}
                <span className="font-normal text-ink-faint">
                  {plural(batch.length, 'item')}
                  {others.map(({ other, n }) => `, ${n} of them in round ${other.number}, too`).join('')}
                </span>
              </h3>
              <ol className="grid grid-cols-[repeat(auto-fill,minmax(3.25rem,1fr))] gap-1.5">
                {batch.slice(0, mostShown).map((itemId, rank) => (
                  <li
                    key={itemId}
                    className={cn(
                      'aspect-square rounded-sm',
                      shared.has(itemId) && 'outline-2 outline-offset-1 outline-live',
                    )}
                  >
                    <ItemThumb
                      itemId={itemId}
                      type={project.type}
                      alt={`Place ${rank + 1}${shared.has(itemId) ? ', also in another batch' : ''}`}
                    />
                  </li>
                ))}
              </ol>
            </li>
          );
        })}
      </ul>
    </>
  );
}
