'use client';

import { isApiError } from '@tangent/client';
import type { Round } from '@tangent/contracts';
import Link from 'next/link';
import { useState } from 'react';
import useSWR from 'swr';
import { Blank } from '@/components/ui/blank';
import { buttonStyle } from '@/components/ui/button';
import { BrokenCurve } from '@/components/ui/drawings';
import { Notice } from '@/components/ui/notice';
import { Screen } from '@/components/ui/screen';
import { api, messageOf } from '@/lib/api';
import { formatDate, formatPercent } from '@/lib/format';
import { canEngineer, useProject } from '@/lib/use-project';
import { Metrics } from './metrics';
import { PhaseTimes } from './phase-times';
import { numRankedAtFirst, RankingTop } from './ranking-top';
import { RoundButtons } from './round-buttons';
import { pointOf } from './round-facts';
import { RoundProgress } from './round-progress';
import { RoundStatusMark } from './round-status';
import { Shards } from './shards';
import { useRound } from './use-rounds';

interface Props {
  readonly projectId: string;
  readonly roundId: string;
}

export function RoundScreen({ projectId, roundId }: Props) {
  const { data: project } = useProject(projectId);
  const { data: round, error, mutate } = useRound(projectId, roundId);
  const [numRanked, setNumRanked] = useState(numRankedAtFirst);
  const { data: curve } = useSWR(['curve', projectId], () => api.getCurve({ params: { projectId } }));
  if (round === undefined || project === undefined) return <Waiting projectId={projectId} error={error} />;
  const params = { roundId };
  const point = pointOf(curve?.points ?? [], roundId, 'strategy');
  const mayAct = canEngineer(project);
  return (
    <Screen
      title={`Round ${round.number}`}
      back={{ href: `/projects/${projectId}/rounds`, name: 'Rounds' }}
      calls={[
        { name: 'getRound', params },
        ...(mayAct ? [{ name: 'getRoundShards', params } as const] : []),
        ...(round.status === 'done'
          ? [{ name: 'getRoundRanking', params, query: { limit: numRanked } } as const]
          : []),
      ]}
      actions={mayAct && <RoundButtons round={round} onChanged={() => void mutate()} />}
    >
      <Facts round={round} accuracy={point === undefined ? null : formatPercent(point.accuracy, 1)} />
      <RoundProgress round={round} className="mt-6" />
      {round.error !== null && (
        <Notice tone="danger" className="mt-6">
          <b className="font-medium">{round.error.code}</b>: {round.error.detail}
        </Notice>
      )}
      <div className="mt-8 grid items-start gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1.1fr)_minmax(0,1fr)]">
        <div className="space-y-8">
          <PhaseTimes round={round} />
          {mayAct && <Shards round={round} />}
        </div>
        <Metrics round={round} />
      </div>
      {round.status === 'done' && (
        <RankingTop project={project} round={round} limit={numRanked} onLimit={setNumRanked} />
      )}
    </Screen>
  );
}

function Facts({ round, accuracy }: { readonly round: Round; readonly accuracy: string | null }) {
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    ['Status', <RoundStatusMark key="status" status={round.status} />],
    ['Strategy', `${round.strategy} × ${round.batchSize}`],
    ['Kernel', `${round.config.kernel.type}${round.config.kernel.balanced ? ', balanced' : ''}`],
    ...(accuracy === null ? [] : [['Accuracy', accuracy] as const]),
    ['Seed', round.seed],
    ...(round.modelVersion === null ? [] : [['Model version', round.modelVersion] as const]),
    ...(round.poolSnapshot === null
      ? []
      : [
          [
            'Pool snapshot',
            <span key="snapshot" title={round.poolSnapshot} className="font-mono text-xs">
              {round.poolSnapshot.slice(0, 10)}
            </span>,
          ] as const,
        ]),
    ['Started', formatDate(round.createdAt)],
  ];
  return (
    <dl className="mt-5 flex flex-wrap gap-x-9 gap-y-3 border-y border-line py-4 tabular">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt className="text-xs text-ink-faint">{name}</dt>
          <dd className="mt-0.5 text-base font-medium">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Waiting({ projectId, error }: { readonly projectId: string; readonly error: unknown }) {
  if (error === undefined) {
    return (
      <main
        aria-busy="true"
        aria-label="Loading"
        className="mx-auto w-full max-w-6xl flex-1 px-5 py-12 sm:px-8"
      >
        <div className="h-72 rounded-lg shimmer" />
      </main>
    );
  }
  return (
    <main className="grid flex-1 place-items-center">
      <Blank
        isPage
        drawing={<BrokenCurve />}
        title={
          isApiError(error, 'not-found', 'validation-failed')
            ? 'There is no such round'
            : 'This round cannot be shown'
        }
        action={
          <Link href={`/projects/${projectId}/rounds`} className={buttonStyle()}>
            All rounds
          </Link>
        }
      >
        <p>{messageOf(error)}</p>
      </Blank>
    </main>
  );
}
