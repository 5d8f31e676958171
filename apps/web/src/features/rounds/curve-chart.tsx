'use client';

import type { CurvePoint } from '@tangent/contracts';
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { formatPercent } from '@/lib/format';

interface Row {
  readonly numLabels: number;
  readonly strategy?: number;
  readonly control?: number;
  readonly strategyInterval?: readonly [number, number];
  readonly controlInterval?: readonly [number, number];
}

function rowsOf(points: readonly CurvePoint[]): Row[] {
  const rows = new Map<number, Row>();
  for (const { numLabels, arm, accuracy, interval } of points) {
    const add =
      arm === 'strategy'
        ? { strategy: accuracy, strategyInterval: interval }
        : { control: accuracy, controlInterval: interval };
    rows.set(numLabels, { ...(rows.get(numLabels) ?? { numLabels }), ...add });
  }
  return [...rows.values()].sort((a, b) => a.numLabels - b.numLabels);
}

const tick = { fill: 'var(--ink-faint)', fontSize: 12 } as const;

/** Held-out accuracy over labels: the strategy and the random control arm, each with its 95% interval. */
export default function CurveChart({ points }: { readonly points: readonly CurvePoint[] }) {
  const rows = rowsOf(points);
  const lows = points.map(({ interval }) => interval[0]);
  const highs = points.map(({ interval }) => interval[1]);
  const low = Math.max(0, Math.floor(Math.min(...lows) * 10) / 10);
  const high = Math.min(1, Math.ceil(Math.max(...highs) * 10) / 10);
  return (
    <ResponsiveContainer width="100%" height={300}>
      <ComposedChart
        data={rows}
        margin={{ top: 8, right: 12, bottom: 4, left: -14 }}
        accessibilityLayer={false}
      >
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="numLabels"
          type="number"
          domain={['dataMin', 'dataMax']}
          tick={tick}
          tickLine={false}
          axisLine={{ stroke: 'var(--line)' }}
          tickMargin={8}
        />
        <YAxis
          domain={[low, high]}
          tickFormatter={(value: number) => formatPercent(value)}
          tick={tick}
          tickLine={false}
          axisLine={false}
        />
        <Tooltip isAnimationActive={false} cursor={{ stroke: 'var(--line-strong)' }} content={<Hint />} />
        <Area
          dataKey="controlInterval"
          stroke="none"
          fill="var(--control)"
          fillOpacity={0.1}
          connectNulls
          isAnimationActive={false}
        />
        <Area
          dataKey="strategyInterval"
          stroke="none"
          fill="var(--live)"
          fillOpacity={0.14}
          connectNulls
          isAnimationActive={false}
        />
        <Line
          dataKey="control"
          stroke="var(--control)"
          strokeWidth={1.75}
          strokeDasharray="4 4"
          dot={{ r: 3, fill: 'var(--paper)', strokeDasharray: '0' }}
          connectNulls
          isAnimationActive={false}
        />
        <Line
          dataKey="strategy"
          stroke="var(--live)"
          strokeWidth={2.25}
          dot={{ r: 3.5, fill: 'var(--live)', strokeWidth: 0 }}
          connectNulls
          isAnimationActive={false}
        />
      </ComposedChart>
    </ResponsiveContainer>
  );
}

interface HintProps {
  readonly active?: boolean;
  readonly payload?: readonly { readonly payload: Row }[];
}

function Hint({ active = false, payload = [] }: HintProps) {
  const row = payload[0]?.payload;
  if (!active || row === undefined) return null;
  return (
    <div className="rounded-md border border-line bg-surface px-3 py-2 text-sm shadow-lift tabular">
      <p className="text-ink-faint">{row.numLabels} labels</p>
      {row.strategy !== undefined && row.strategyInterval !== undefined && (
        <p className="font-medium text-live-strong">
          {formatPercent(row.strategy, 1)}{' '}
          <span className="font-normal text-ink-soft">
            {formatPercent(row.strategyInterval[0], 1)} – {formatPercent(row.strategyInterval[1], 1)}
          </span>
        </p>
      )}
      {row.control !== undefined && <p>random {formatPercent(row.control, 1)}</p>}
    </div>
  );
}
