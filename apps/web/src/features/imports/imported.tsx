'use client';

import type { Operation, Project } from '@tangent/contracts';
import Link from 'next/link';
import { useState } from 'react';
import useSWR from 'swr';
import { toast } from '@/components/ui/announcer';
import { Button, buttonStyle } from '@/components/ui/button';
import { RoundProgress } from '@/features/rounds/round-progress';
import { isActiveRound, useProjectPulse } from '@/features/rounds/use-project-pulse';
import { api, messageOf, noteError } from '@/lib/api';

interface Props {
  readonly project: Project;
  readonly operation: Operation;
  readonly onAnother: () => void;
}

/** The import is over: its first round runs already, or is one click away, or labeling begins. */
export function Imported({ project, operation, onAnother }: Props) {
  const pulse = useProjectPulse(project.id);
  // As it is after the import: what the page knew before has neither its labels nor the round that they started.
  const after = useSWR(['after-import', operation.id], async () => {
    const params = { projectId: project.id };
    const [{ counts }, { items }] = await Promise.all([
      api.getProject({ params }),
      api.listRounds({ params, query: { limit: 1 } }),
    ]);
    return { numLabeled: counts.labeled, round: items[0] ?? null };
  });
  const round = pulse.round ?? after.data?.round ?? null;
  const hasLabels = (after.data?.numLabeled ?? 0) > 0;
  const [isBusy, setIsBusy] = useState(false);
  const isRunning = round !== null && isActiveRound(round);
  const hasNewItems = operation.counts.created > 0;

  /** Without labels, the strategy for that; else that of the project. */
  async function start() {
    setIsBusy(true);
    try {
      await api.createRound({
        params: { projectId: project.id },
        body: hasLabels ? {} : { strategy: 'typiclust' },
      });
    } catch (error) {
      noteError(error);
      toast(messageOf(error), 'danger');
    } finally {
      setIsBusy(false);
    }
  }

  if (after.data === undefined) return <div aria-busy="true" className="mt-8 h-24 rounded-sm shimmer" />;
  return (
    <div className="mt-8 border-t border-line pt-6">
      {round !== null && isRunning && (
        <>
          <p className="mb-3 text-ink-soft">
            A round ranks the items now. You can label meanwhile; the order gets better when it is done.
          </p>
          <RoundProgress round={round} className="mb-5" />
        </>
      )}
      {!isRunning && hasNewItems && (
        <p className="mb-4 max-w-2xl text-ink-soft">
          {round === null
            ? hasLabels
              ? 'The items are there. A round ranks them.'
              : 'No item has a label yet. A first round by TypiClust needs none: it puts typical items of every group first.'
            : 'The next round takes the new items in.'}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <Link
          href={`/projects/${project.id}/annotate`}
          className={buttonStyle({ look: isRunning ? 'primary' : 'outline' })}
        >
          Label
        </Link>
        {isRunning ? (
          <Link href={`/projects/${project.id}/rounds`} className={buttonStyle()}>
            Watch the round
          </Link>
        ) : (
          hasNewItems && (
            <Button look="primary" disabled={isBusy} onClick={() => void start()}>
              {isBusy ? 'Starting …' : 'Start a round'}
            </Button>
          )
        )}
        <Button look="quiet" onClick={onAnother}>
          Import another file
        </Button>
      </div>
    </div>
  );
}
