import type { CurvePoint, Round } from '@tangent/contracts';
import { formatCount, formatPercent } from '@/lib/format';
import { pointOf } from '../round-facts';

interface Props {
  readonly rounds: readonly Round[];
  readonly points: readonly CurvePoint[];
}

/** Held-out accuracy of each round with its interval, on one scale; the random arm beside it as a ring. */
export function AccuracyRows({ rounds, points }: Props) {
  const rows = rounds.flatMap((round) => {
    const point = pointOf(points, round.id, 'strategy');
    return point === undefined ? [] : [{ round, point, control: pointOf(points, round.id, 'control') }];
  });
  if (rows.length === 0)
    return <p className="text-ink-faint">None of these rounds was measured on held-out items.</p>;
  const ends = rows.flatMap(({ point, control }) => [...point.interval, ...(control?.interval ?? [])]);
  const low = Math.max(0, Math.floor(Math.min(...ends) * 20) / 20);
  const high = Math.min(1, Math.ceil(Math.max(...ends) * 20) / 20);
  const at = (accuracy: number) => `${((accuracy - low) / Math.max(0.05, high - low)) * 100}%`;
  return (
    <div className="text-sm tabular">
      <ul className="space-y-4">
        {rows.map(({ round, point, control }) => (
          <li
            key={round.id}
            className="grid grid-cols-[minmax(6rem,11rem)_1fr] items-center gap-x-5 gap-y-1 sm:grid-cols-[minmax(6rem,11rem)_1fr_11rem]"
          >
            <span>
              <b className="font-medium">Round {round.number}</b>{' '}
              <span className="text-ink-faint">{formatCount(point.numLabels)} labels</span>
            </span>
            <span className="relative h-4" aria-hidden="true">
              <span className="absolute inset-x-0 top-1/2 h-px bg-line" />
              <span
                className="absolute top-1/2 h-1.5 -translate-y-1/2 rounded-full bg-live/30"
                style={{ left: at(point.interval[0]), right: `calc(100% - ${at(point.interval[1])})` }}
              />
              {control !== undefined && (
                <span
                  className="absolute top-1/2 size-2.5 -translate-1/2 rounded-full border-2 border-control bg-surface"
                  style={{ left: at(control.accuracy) }}
                />
              )}
              <span
                className="absolute top-1/2 size-2.5 -translate-1/2 rounded-full bg-live"
                style={{ left: at(point.accuracy) }}
              />
            </span>
            <span className="max-sm:col-span-2">
              <b className="font-medium text-live-strong">{formatPercent(point.accuracy, 1)}</b>{' '}
              <span className="text-ink-faint">
                {formatPercent(point.interval[0], 1)} – {formatPercent(point.interval[1], 1)}
                {control !== undefined && `, random ${formatPercent(control.accuracy, 1)}`}
              </span>
            </span>
          </li>
        ))}
      </ul>
      <p className="mt-4 text-xs text-ink-faint">
        From {formatPercent(low)} to {formatPercent(high)}. The bar is the 95% interval, the ring the random
        control arm.
      </p>
    </div>
  );
}
