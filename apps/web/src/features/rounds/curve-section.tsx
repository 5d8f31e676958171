'use client';

import type { CurvePoint } from '@tangent/contracts';
import dynamic from 'next/dynamic';
import { formatCount, formatPercent } from '@/lib/format';

const CurveChart = dynamic(() => import('./curve-chart'), {
  ssr: false,
  loading: () => <div className="h-75 rounded-sm shimmer" />,
});

/** The learning curve as a picture, and as a table for those who do not see it. */
export function CurveSection({ points }: { readonly points: readonly CurvePoint[] }) {
  const strategy = points.filter(({ arm }) => arm === 'strategy');
  const control = points.filter(({ arm }) => arm === 'control');
  const newest = [...strategy].sort((a, b) => b.numLabels - a.numLabels)[0];
  return (
    <section aria-labelledby="curve-title" className="rounded-lg border border-line bg-surface p-5 sm:p-6">
      <div className="mb-5 flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <div>
          <h2 id="curve-title" className="eyebrow">
            Held-out accuracy
          </h2>
          {newest !== undefined && (
            <p className="mt-1 flex items-baseline gap-2 tabular">
              <span className="text-2xl font-medium tracking-tight text-live-strong">
                {formatPercent(newest.accuracy, 1)}
              </span>
              <span className="text-sm text-ink-soft">
                at {formatCount(newest.numLabels)} labels, on {formatCount(newest.numHoldout)} held-out items
              </span>
            </p>
          )}
        </div>
        <ul aria-label="Legend" className="flex gap-5 text-sm text-ink-soft">
          <li className="flex items-center gap-2">
            <span aria-hidden="true" className="h-0.5 w-5 rounded-full bg-live" />
            Strategy
          </li>
          {control.length > 0 && (
            <li className="flex items-center gap-2">
              <span aria-hidden="true" className="w-5 border-t-2 border-dashed border-control" />
              Random control arm
            </li>
          )}
        </ul>
      </div>
      {newest === undefined ? (
        <p className="py-16 text-center text-ink-faint">
          The first point comes with the first finished round, if the pool has held-out items.
        </p>
      ) : (
        <>
          <div data-testid="curve" data-num-points={strategy.length}>
            <CurveChart points={points} />
          </div>
          <table className="sr-only">
            <caption>Held-out accuracy per round, with 95% intervals</caption>
            <thead>
              <tr>
                <th scope="col">Labels</th>
                <th scope="col">Arm</th>
                <th scope="col">Accuracy</th>
                <th scope="col">Interval</th>
              </tr>
            </thead>
            <tbody>
              {points.map(({ roundId, arm, numLabels, accuracy, interval }) => (
                <tr key={`${roundId}-${arm}`}>
                  <td>{numLabels}</td>
                  <td>{arm}</td>
                  <td>{formatPercent(accuracy, 1)}</td>
                  <td>
                    {formatPercent(interval[0], 1)} to {formatPercent(interval[1], 1)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}
