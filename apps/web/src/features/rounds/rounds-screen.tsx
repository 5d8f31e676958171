'use client';

import { Columns2, Plus } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { Blank } from '@/components/ui/blank';
import { Button, buttonStyle } from '@/components/ui/button';
import { BrokenCurve, EmptyCurve } from '@/components/ui/drawings';
import { Screen } from '@/components/ui/screen';
import { ProjectMissing } from '@/features/labeling/annotate-screen';
import { messageOf } from '@/lib/api';
import { canEngineer } from '@/lib/use-project';
import { CurveSection } from './curve-section';
import { RoundButtons } from './round-buttons';
import { RoundProgress } from './round-progress';
import { RoundTable } from './round-table';
import { StartRoundDialog } from './start-round-dialog';
import { isActiveRound, useProjectPulse } from './use-project-pulse';
import { numListed, useRounds } from './use-rounds';

export function RoundsScreen({ projectId }: { readonly projectId: string }) {
  const { project, projectError, points } = useProjectPulse(projectId);
  const rounds = useRounds(projectId);
  const [isStarting, setIsStarting] = useState(false);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  if (project === undefined && projectError !== undefined) return <ProjectMissing error={projectError} />;
  const active = rounds.data?.items.find(isActiveRound);
  const mayStart = project !== undefined && canEngineer(project);
  return (
    <Screen
      title="Rounds"
      calls={[
        { name: 'listRounds', params: { projectId }, query: { limit: numListed } },
        { name: 'getCurve', params: { projectId } },
      ]}
      actions={
        <>
          {ticked.size > 1 && (
            <Link
              href={`/projects/${projectId}/rounds/compare?rounds=${[...ticked].join(',')}`}
              className={buttonStyle()}
            >
              <Columns2 aria-hidden="true" />
              Compare {ticked.size} rounds
            </Link>
          )}
          {mayStart && (
            <Button look="primary" onClick={() => setIsStarting(true)} disabled={active !== undefined}>
              <Plus />
              Start a round
            </Button>
          )}
        </>
      }
    >
      {active !== undefined && (
        <section aria-label="The running round" className="mb-5 flex flex-wrap items-center gap-4">
          <RoundProgress round={active} className="min-w-72 flex-1" />
          {mayStart && <RoundButtons round={active} onChanged={() => void rounds.mutate()} />}
        </section>
      )}
      <CurveSection points={points} />
      <section aria-label="All rounds" className="mt-8">
        {rounds.data === undefined && rounds.error !== undefined ? (
          <Blank
            drawing={<BrokenCurve />}
            title="The rounds cannot be shown"
            action={<Button onClick={() => void rounds.mutate()}>Try again</Button>}
          >
            <p>{messageOf(rounds.error)}</p>
          </Blank>
        ) : rounds.data === undefined ? (
          <section aria-busy="true" aria-label="Loading rounds" className="h-40 rounded-sm shimmer" />
        ) : rounds.data.items.length === 0 ? (
          <Blank drawing={<EmptyCurve />} title="No round yet">
            <p>The first one starts by itself once two classes have labels and unlabeled items are left.</p>
          </Blank>
        ) : (
          <RoundTable
            projectId={projectId}
            rounds={rounds.data.items}
            points={points}
            ticked={ticked}
            onTick={(roundId, isTicked) =>
              setTicked(
                (before) =>
                  new Set([...before].filter((id) => id !== roundId).concat(isTicked ? [roundId] : [])),
              )
            }
          />
        )}
      </section>
      {project !== undefined && (
        <StartRoundDialog
          project={project}
          isOpen={isStarting}
          onClose={() => setIsStarting(false)}
          onStarted={() => void rounds.mutate()}
        />
      )}
    </Screen>
  );
}
