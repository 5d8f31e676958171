'use client';

import type { Project, Round } from '@tangent/contracts';
import { RoundChip } from '@/features/rounds/round-progress';
import { useStore } from '@/lib/external-store';
import { formatCount } from '@/lib/format';
import { ItemView } from './item-view';
import { answerName } from './names';
import { RankingAge } from './ranking-age';
import { StageBlank } from './stage-blank';
import { Unsent } from './unsent';
import { useLabeling } from './use-labeling-session';

interface Props {
  readonly project: Project;
  readonly round: Round | null;
}

/** The item on screen, and one line about it. */
export function Stage({ project, round }: Props) {
  const session = useLabeling();
  const current = useStore(session.state, (state) => state.current);
  return (
    <>
      <div className="flex min-h-8 w-full flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <p className="flex items-baseline gap-2 text-sm text-ink-soft tabular" data-testid="caption">
          {current !== null && <Caption project={project} />}
        </p>
        <div className="flex items-center gap-3">
          <Unsent />
          {round !== null && <RoundChip round={round} />}
          <RankingAge projectId={project.id} hasWorker={project.workers.numAlive > 0} />
        </div>
      </div>
      <div
        className="flex min-h-0 w-full flex-1 flex-col items-center justify-center py-3"
        data-testid="stage"
        data-item-id={current?.item.id}
      >
        {current === null ? <StageBlank project={project} round={round} /> : <ItemView item={current.item} />}
      </div>
    </>
  );
}

function Caption({ project }: { readonly project: Project }) {
  const session = useLabeling();
  const current = useStore(session.state, (state) => state.current);
  if (current === null) return null;
  if (current.undone !== null) {
    return (
      <>
        <span className="font-medium text-ink">Taken back</span>
        <span>you answered {answerName(project, current.undone)}</span>
      </>
    );
  }
  if (current.arm === 'control') {
    return (
      <>
        <span className="font-medium text-ink">Random check</span>
        <span>for the control arm</span>
      </>
    );
  }
  if (current.rank === null) return <span>Not ranked yet</span>;
  return (
    <>
      <span className="text-lg font-semibold tracking-tight text-ink">Rank {formatCount(current.rank)}</span>
      <span>of {formatCount(project.counts.unlabeled)} unlabeled</span>
    </>
  );
}
