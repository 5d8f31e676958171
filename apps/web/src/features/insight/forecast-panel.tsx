'use client';

import type { ForecastReport, Project } from '@tangent/contracts';
import useSWR from 'swr';
import { Panel } from '@/components/ui/screen';
import { api, messageOf } from '@/lib/api';
import { cn } from '@/lib/cn';
import { formatPercent, plural } from '@/lib/format';

/** Labels that are looked ahead to. */
export const numAhead = 50;

const adviceTones: Readonly<Record<ForecastReport['advice']['kind'], { name: string; tone: string }>> = {
  'go-on': { name: 'Go on', tone: 'bg-live-soft text-live-strong' },
  slowing: { name: 'Slowing', tone: 'bg-warn-soft text-warn' },
  stop: { name: 'You may stop', tone: 'bg-warn-soft text-warn' },
  'cannot-say': { name: 'Cannot say', tone: 'bg-sunken text-ink-soft' },
};

/** What the next labels are worth, and when to stop. */
export function ForecastPanel({ project }: { readonly project: Project }) {
  const { data, error } = useSWR(
    ['forecast', project.id],
    () => api.getForecast({ params: { projectId: project.id }, query: { batch: numAhead } }),
    { revalidateOnFocus: false },
  );
  return (
    <Panel title="Forecast">
      {data === undefined ? (
        error === undefined ? (
          <div aria-busy="true" className="h-40 rounded-sm shimmer" />
        ) : (
          <p className="text-ink-soft">{messageOf(error)}</p>
        )
      ) : (
        <Forecast report={data} />
      )}
    </Panel>
  );
}

function Forecast({ report }: { readonly report: ForecastReport }) {
  const { now, after, advice, reason, floor, accuracy } = report;
  const last = after.at(-1);
  const tone = adviceTones[advice.kind];
  return (
    <div data-testid="forecast">
      {now !== null && last !== undefined && (
        <>
          <p className="text-lg leading-snug">
            The next {plural(last.numFurther, 'label')} take about{' '}
            <b className="font-medium text-live-strong tabular">
              {formatPercent(Math.max(0, 1 - last.risk / now.risk), 1)}
            </b>{' '}
            off the error that is left.
          </p>
          <RiskLine now={now.risk} after={after} floor={floor} />
        </>
      )}
      <p className="mt-4 flex items-start gap-3">
        <span className={cn('shrink-0 rounded-full px-2.5 py-0.5 text-sm font-medium', tone.tone)}>
          {tone.name}
        </span>
        <span className="text-ink-soft">{reason ?? advice.text}</span>
      </p>
      {accuracy !== null && (
        <p className="mt-3 text-sm text-ink-faint tabular">
          By the other labels, {formatPercent(accuracy.value, 1)} of the labels are found (
          {formatPercent(accuracy.interval[0], 1)} – {formatPercent(accuracy.interval[1], 1)}).
        </p>
      )}
    </div>
  );
}

const width = 520;
const height = 120;

interface RiskLineProps {
  readonly now: number;
  readonly after: ForecastReport['after'];
  readonly floor: number | null;
}

/** The error over further labels, as a share of today’s; dashed: what it tends to. */
function RiskLine({ now, after, floor }: RiskLineProps) {
  const points = [{ numFurther: 0, risk: now }, ...after];
  const most = points.at(-1)!.numFurther;
  const low = Math.min(floor ?? Number.POSITIVE_INFINITY, ...points.map(({ risk }) => risk), now) / now;
  const bottom = Math.max(0, Math.floor(low * 10 - 0.5) / 10);
  const x = (numFurther: number) => 44 + (numFurther / Math.max(1, most)) * (width - 56);
  const y = (risk: number) => 10 + ((1 - risk / now) / Math.max(0.05, 1 - bottom)) * (height - 34);
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`Error over further labels: 100% today, ${points
        .filter((_, index) => index > 0 && index % Math.ceil(points.length / 5) === 0)
        .map(({ numFurther, risk }) => `${formatPercent(risk / now)} after ${numFurther}`)
        .join(', ')}`}
      className="mt-4 w-full text-ink-faint"
    >
      {[1, bottom].map((share) => (
        <g key={share}>
          <path d={`M44 ${y(share * now)}H${width - 12}`} stroke="var(--line)" />
          <text x={38} y={y(share * now) + 4} textAnchor="end" fontSize={11} fill="currentColor">
            {formatPercent(share)}
          </text>
        </g>
      ))}
      {floor !== null && floor / now >= bottom && (
        <path d={`M44 ${y(floor)}H${width - 12}`} stroke="var(--control)" strokeDasharray="3 4" />
      )}
      <path
        d={points
          .map(({ numFurther, risk }, i) => `${i === 0 ? 'M' : 'L'}${x(numFurther)} ${y(risk)}`)
          .join('')}
        fill="none"
        stroke="var(--live)"
        strokeWidth={2}
        strokeLinejoin="round"
      />
      <text x={44} y={height - 6} fontSize={11} fill="currentColor">
        today
      </text>
      <text x={width - 12} y={height - 6} textAnchor="end" fontSize={11} fill="currentColor">
        {plural(most, 'further label')}
      </text>
    </svg>
  );
}
