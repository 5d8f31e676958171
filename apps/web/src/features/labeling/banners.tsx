'use client';

import type { Project, Round } from '@tangent/contracts';
import { CirclePause, Compass, PlugZap } from 'lucide-react';
import { Notice } from '@/components/ui/notice';
import { phaseNames } from '@/features/rounds/round-progress';
import { isActiveRound } from '@/features/rounds/use-project-pulse';
import { useStore } from '@/lib/external-store';
import type { FeedStatus } from '@/lib/project-feed';
import { useLabeling } from './use-labeling-session';

interface Props {
  readonly project: Project;
  readonly round: Round | null;
  readonly feedStatus: FeedStatus;
}

/** What is not as usual, and what still works; at most one line at a time, the weightiest. */
export function Banners({ project, round, feedStatus }: Props) {
  const session = useLabeling();
  const ranking = useStore(session.leases.state, (state) => state.ranking);
  const hasAsked = useStore(session.leases.state, (state) => state.hasAsked);
  const isStalled = useStore(session.outbox.state, (state) => state.isStalled);
  const isCut = useStore(session.leases.state, (state) => state.isCut);
  const className = 'rounded-none px-4 py-2 sm:px-6';

  if (feedStatus === 'lost' || isStalled || isCut) {
    return (
      <Notice tone="warn" icon={<PlugZap />} className={className}>
        The connection to the server is lost. Go on labeling: answers are kept in this browser and sent later.
      </Notice>
    );
  }
  if (project.workers.numAlive === 0) {
    return (
      <Notice tone="warn" icon={<CirclePause />} className={className}>
        <b className="font-medium">No worker is alive.</b> Labeling goes on
        {ranking === null ? ', without an order,' : ' with the last ranking,'} and every label is kept; the
        order catches up when a worker is back.
      </Notice>
    );
  }
  if (hasAsked && ranking === null && project.counts.items > 0) {
    const isRunning = round !== null && isActiveRound(round);
    return (
      <Notice tone="live" icon={<Compass />} className={className}>
        {isRunning ? (
          <>
            <b className="font-medium">The first round is running</b> ({phaseNames[round.status]}
            {round.progress.total > 1 && `, ${round.progress.done} of ${round.progress.total}`}). Until it is
            done, items come in no particular order.
          </>
        ) : (
          <>
            <b className="font-medium">There is no ranking yet.</b> Items come in no particular order; the
            first round starts once two classes have labels.
          </>
        )}
      </Notice>
    );
  }
  return null;
}
