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

const mostTicks = 9;
/** The label counts themselves, thinned out when there are many. */
function labelTicks(rows: readonly Row[]): number[] {
  const every = Math.ceil(rows.length / mostTicks);
  return rows.filter((_, index) => index % every === 0).map(({ numLabels }) => numLabels);
}

/** Round shares from low to high, at most six of them. */
function accuracyTicks(low: number, high: number): number[] {
  const step = [0.02, 0.05, 0.1, 0.2].find((size) => (high - low) / size <= 5.01) ?? 0.2;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

const tick = { fill: 'var(--ink-faint)', fontSize: 12 } as const;

/** Held-out accuracy over labels: the strategy and the random control arm, each with its 95% interval. */
export default function CurveChart({ points }: { readonly points: readonly CurvePoint[] }) {
  const rows = rowsOf(points);
  const numOf = (arm: CurvePoint['arm']) => points.filter((point) => point.arm === arm).length;
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
          ticks={labelTicks(rows)}
          tick={tick}
          tickLine={false}
          axisLine={{ stroke: 'var(--line)' }}
          tickMargin={8}
        />
        <YAxis
          domain={[low, high]}
          ticks={accuracyTicks(low, high)}
          tickFormatter={(value: number) => formatPercent(value)}
          tick={tick}
          tickLine={false}
          axisLine={false}
        />
        <Tooltip isAnimationActive={false} cursor={{ stroke: 'var(--line-strong)' }} content={<Hint />} />
        {/* A band needs two points: one alone would be drawn as a stray dot. */}
        <Area
          dataKey="controlInterval"
          stroke="none"
          fill="var(--control)"
          fillOpacity={0.1}
          connectNulls
          activeDot={false}
          hide={numOf('control') < 2}
          isAnimationActive={false}
        />
        <Area
          dataKey="strategyInterval"
          stroke="none"
          fill="var(--live)"
          fillOpacity={0.14}
          connectNulls
          activeDot={false}
          hide={numOf('strategy') < 2}
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
