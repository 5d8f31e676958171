'use client';

import type { CurvePoint, Project, Round } from '@tangent/contracts';
import { useSearchParams } from 'next/navigation';
import type { ReactNode } from 'react';
import useSWR from 'swr';
import { Blank } from '@/components/ui/blank';
import { EmptyCurve } from '@/components/ui/drawings';
import { Panel, Screen, ScreenWaiting } from '@/components/ui/screen';
import { ScrollArea } from '@/components/ui/scroll-area';
import { ProjectPage } from '@/features/projects/project-page';
import { api, messageOf } from '@/lib/api';
import { formatDate, formatMs, formatPercent } from '@/lib/format';
import { phaseTimes, pointOf, totalMs } from '../round-facts';
import { RoundStatusMark } from '../round-status';
import { AccuracyRows } from './accuracy-rows';
import { batchQuery, ChosenItems } from './chosen-items';

const mostCompared = 6;

export function CompareScreen({ projectId }: { readonly projectId: string }) {
  return (
    <ProjectPage projectId={projectId} atLeast="annotator">
      {(project) => <Compare project={project} />}
    </ProjectPage>
  );
}

function Compare({ project }: { readonly project: Project }) {
  const ids = (useSearchParams().get('rounds') ?? '')
    .split(',')
    .filter((id) => id !== '')
    .slice(0, mostCompared);
  const rounds = useSWR(ids.length === 0 ? null : ['compare', ...ids], () =>
    Promise.all(ids.map((roundId) => api.getRound({ params: { roundId } }))),
  );
  const curve = useSWR(['curve', project.id], () => api.getCurve({ params: { projectId: project.id } }));
  if (ids.length < 2 || rounds.error !== undefined) {
    return (
      <Screen title="Compare rounds">
        <Blank drawing={<EmptyCurve />} title="Choose two rounds or more">
          <p>{rounds.error === undefined ? 'Tick them in the list of rounds.' : messageOf(rounds.error)}</p>
        </Blank>
      </Screen>
    );
  }
  if (rounds.data === undefined) return <ScreenWaiting />;
  const sorted = [...rounds.data].sort((a, b) => a.number - b.number);
  const done = sorted.filter(({ status }) => status === 'done');
  const points = curve.data?.points ?? [];
  return (
    <Screen
      title={`Rounds ${sorted.map(({ number }) => number).join(', ')}`}
      back={{ href: `/projects/${project.id}/rounds`, name: 'Rounds' }}
      calls={[
        ...sorted.map(({ id }) => ({ name: 'getRound', params: { roundId: id } }) as const),
        { name: 'getCurve', params: { projectId: project.id } },
        ...done.map(
          (round) =>
            ({
              name: 'getRoundRanking',
              params: { roundId: round.id },
              query: batchQuery(round),
            }) as const,
        ),
      ]}
    >
      <div className="space-y-6">
        <Panel title="Held-out accuracy">
          <AccuracyRows rounds={sorted} points={points} />
        </Panel>
        <Panel title="Side by side">
          <Facts rounds={sorted} points={points} />
        </Panel>
        {done.length > 0 && (
          <Panel title="Chosen items">
            <ChosenItems project={project} rounds={done} />
          </Panel>
        )}
      </div>
    </Screen>
  );
}

function Facts({
  rounds,
  points,
}: {
  readonly rounds: readonly Round[];
  readonly points: readonly CurvePoint[];
}) {
  const phases = [...new Set(rounds.flatMap((round) => phaseTimes(round).map(({ phase }) => phase)))];
  const msOf = (round: Round, phase: string) => phaseTimes(round).find((time) => time.phase === phase)?.ms;
  const lines: readonly (readonly [string, (round: Round) => ReactNode])[] = [
    ['Status', (round) => <RoundStatusMark status={round.status} />],
    ['Strategy', (round) => `${round.strategy} × ${round.batchSize}`],
    ['Kernel', ({ config }) => `${config.kernel.type}${config.kernel.balanced ? ', balanced' : ''}`],
    ['Model', ({ config }) => `${config.model.kind}, ${config.model.steps} steps`],
    ['Labels', (round) => pointOf(points, round.id, 'strategy')?.numLabels ?? '–'],
    [
      'Accuracy',
      (round) => {
        const point = pointOf(points, round.id, 'strategy');
        return point === undefined ? '–' : formatPercent(point.accuracy, 1);
      },
    ],
    ['Seed', ({ seed }) => seed],
    ...phases.map(
      (phase) =>
        [
          phase === 'planned' ? 'Waiting' : `${phase[0]!.toUpperCase()}${phase.slice(1)}`,
          (round: Round) => {
            const ms = msOf(round, phase);
            return ms === undefined ? '–' : formatMs(ms);
          },
        ] as const,
    ),
    [
      'In all',
      (round) => {
        const ms = totalMs(round);
        return ms === null ? '–' : formatMs(ms);
      },
    ],
    ['Started', ({ createdAt }) => formatDate(createdAt)],
  ];
  return (
    <ScrollArea label="Facts of the rounds" className="overflow-x-auto">
      <table className="w-full text-sm tabular">
        <thead>
          <tr>
            <td />
            {rounds.map(({ id, number }) => (
              <th key={id} scope="col" className="px-3 pb-2 text-left font-medium whitespace-nowrap">
                Round {number}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(([name, show]) => (
            <tr key={name} className="border-t border-line">
              <th scope="row" className="py-2 pr-3 text-left font-normal whitespace-nowrap text-ink-faint">
                {name}
              </th>
              {rounds.map((round) => (
                <td key={round.id} className="px-3 py-2 whitespace-nowrap">
                  {show(round)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
