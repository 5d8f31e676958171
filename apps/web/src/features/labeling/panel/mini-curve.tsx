import type { CurvePoint } from '@tangent/contracts';
import { formatPercent } from '@/lib/format';

const width = 320;
const height = 104;
const pad = { left: 30, right: 8, top: 8, bottom: 18 };

/** The learning curve in small: the strategy with its interval, and the random control arm. */
export function MiniCurve({ points }: { readonly points: readonly CurvePoint[] }) {
  const sorted = [...points].sort((a, b) => a.numLabels - b.numLabels);
  const labels = sorted.map(({ numLabels }) => numLabels);
  const [from, to] = [Math.min(...labels), Math.max(...labels)];
  const low = Math.floor(Math.min(...sorted.map(({ interval }) => interval[0])) * 10) / 10;
  const high = Math.min(1, Math.ceil(Math.max(...sorted.map(({ interval }) => interval[1])) * 10) / 10);
  const x = (numLabels: number) =>
    pad.left + (to === from ? 0.5 : (numLabels - from) / (to - from)) * (width - pad.left - pad.right);
  const y = (accuracy: number) =>
    height - pad.bottom - ((accuracy - low) / Math.max(0.1, high - low)) * (height - pad.top - pad.bottom);
  const line = (arm: readonly CurvePoint[]) =>
    arm.map(({ numLabels, accuracy }, i) => `${i === 0 ? 'M' : 'L'}${x(numLabels)} ${y(accuracy)}`).join('');
  const strategy = sorted.filter(({ arm }) => arm === 'strategy');
  const control = sorted.filter(({ arm }) => arm === 'control');
  const band = [
    ...strategy.map(({ numLabels, interval }) => `${x(numLabels)} ${y(interval[1])}`),
    ...strategy.toReversed().map(({ numLabels, interval }) => `${x(numLabels)} ${y(interval[0])}`),
  ].join('L');
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`Held-out accuracy from ${from} to ${to} labels: ${strategy.map((p) => formatPercent(p.accuracy)).join(', ')}${control.length === 0 ? '' : `; with random items ${control.map((p) => formatPercent(p.accuracy)).join(', ')}`}`}
      data-testid="mini-curve"
      data-num-points={strategy.length}
      className="mt-2 w-full text-ink-faint"
    >
      {[low, high].map((accuracy) => (
        <g key={accuracy}>
          <path d={`M${pad.left} ${y(accuracy)}H${width - pad.right}`} stroke="var(--line)" />
          <text
            x={pad.left - 6}
            y={y(accuracy) + 3.5}
            textAnchor="end"
            fontSize={10}
            fill="currentColor"
            className="tabular"
          >
            {formatPercent(accuracy)}
          </text>
        </g>
      ))}
      {(to === from ? [from] : [from, to]).map((numLabels, index) => (
        <text
          key={numLabels}
          x={x(numLabels)}
          y={height - 4}
          textAnchor={to === from ? 'middle' : index === 0 ? 'start' : 'end'}
          fontSize={10}
          fill="currentColor"
          className="tabular"
        >
          {numLabels} labels
        </text>
      ))}
      {strategy.length > 1 && <path d={`M${band}Z`} fill="var(--live)" opacity={0.13} />}
      <path d={line(control)} fill="none" stroke="var(--control)" strokeWidth={1.5} strokeDasharray="3 3" />
      <path d={line(strategy)} fill="none" stroke="var(--live)" strokeWidth={2} strokeLinejoin="round" />
      {control.map((point) => (
        <circle
          key={point.roundId}
          cx={x(point.numLabels)}
          cy={y(point.accuracy)}
          r={2.5}
          fill="var(--paper)"
          stroke="var(--control)"
          strokeWidth={1.5}
        />
      ))}
      {strategy.map((point) => (
        <circle key={point.roundId} cx={x(point.numLabels)} cy={y(point.accuracy)} r={3} fill="var(--live)" />
      ))}
    </svg>
  );
}
