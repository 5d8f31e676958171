'use client';

import type { RoundEstimate } from '@tangent/contracts';
import { messageOf } from '@/lib/api';
import { formatCount, formatMs, plural } from '@/lib/format';

interface Props {
  readonly estimate: RoundEstimate | undefined;
  readonly error: unknown;
}

/** What the round would do and how long it would take, before it is started. */
export function Estimate({ estimate, error }: Props) {
  if (estimate === undefined) {
    return error === undefined ? (
      <div aria-busy="true" className="h-20 rounded-md shimmer" />
    ) : (
      <p className="rounded-md bg-sunken px-4 py-3 text-sm text-ink-soft">
        No estimate: {messageOf(error)} The round can be started all the same.
      </p>
    );
  }
  const { phases, totalMs, basis, obstacle } = estimate;
  return (
    <div data-testid="estimate" role="status" className="rounded-md bg-sunken px-4 py-3 text-sm tabular">
      <p className="flex flex-wrap items-baseline justify-between gap-x-4">
        <b className="text-base font-medium">
          {totalMs === null ? 'Nobody knows yet how long' : `About ${formatMs(totalMs)}`}
        </b>
        <span className="text-ink-faint">
          {basis === null
            ? 'no round has ended yet'
            : `by round ${basis.number}${basis.strategy === estimate.strategy ? '' : ` (${basis.strategy})`}`}
        </span>
      </p>
      <p className="mt-1 text-ink-soft">
        Learns from {plural(estimate.numLabels, 'label')}, scores {formatCount(estimate.numCandidates)} of{' '}
        {plural(estimate.numItems, 'item')} in {plural(estimate.numShards, 'shard')}.
      </p>
      {totalMs !== null && totalMs > 0 && (
        <>
          <div aria-hidden="true" className="mt-3 flex gap-0.5">
            {phases.map(({ phase, ms }) => (
              <span
                key={phase}
                style={{ flexGrow: Math.max(0.02, ms / totalMs) }}
                className="h-1.5 basis-0 rounded-full bg-live"
              />
            ))}
          </div>
          <ul
            aria-label="Estimated time of each phase"
            className="mt-1.5 flex flex-wrap gap-x-4 text-xs text-ink-faint"
          >
            {phases.map(({ phase, ms }) => (
              <li key={phase}>
                {phase} {formatMs(ms)}
              </li>
            ))}
          </ul>
        </>
      )}
      {obstacle !== null && <p className="mt-3 text-danger">{obstacle.detail}</p>}
    </div>
  );
}
