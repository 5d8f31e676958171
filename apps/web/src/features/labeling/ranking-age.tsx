'use client';

import { cn } from '@/lib/cn';
import { useStore } from '@/lib/external-store';
import { formatAge, plural } from '@/lib/format';
import { projectFeed } from '@/lib/project-feed';
import { useLateStore } from '@/lib/use-late-store';
import { useLabeling } from './use-labeling-session';
import { useNow } from './use-now';

/** How old the order of the queue is, and how far it is from the last training. */
export function RankingAge({
  projectId,
  hasWorker,
}: {
  readonly projectId: string;
  readonly hasWorker: boolean;
}) {
  const session = useLabeling();
  const ranking = useLateStore(session.leases.state, (state) => state.ranking);
  const heard = useLateStore(session.state, (state) => state.numLabelsBehind);
  const feed = useStore(projectFeed(projectId).status);
  const nowMs = useNow(1000);
  if (ranking === null) return null;
  const behind = heard ?? ranking.numLabelsBehind;
  const isFresh = hasWorker && feed === 'live' && behind === 0;
  const ageMs = nowMs - ranking.seenAtMs;
  return (
    <p className="flex items-center gap-2 text-sm text-ink-faint tabular" data-testid="ranking-age">
      <span
        aria-hidden="true"
        className={cn(
          'size-1.5 rounded-full',
          isFresh ? 'bg-live' : 'bg-warn',
          isFresh && ageMs < 1500 && 'animate-breathe',
        )}
      />
      <span>
        {behind > 0
          ? `${plural(behind, 'label')} behind`
          : ageMs < 2000
            ? 'Ranked just now'
            : `Ranked ${formatAge(ageMs)} ago`}
        <span className="max-sm:hidden">
          {' · '}
          {ranking.numLiveUpdates === 0
            ? 'just trained'
            : `${plural(ranking.numLiveUpdates, 'label')} since training`}
        </span>
      </span>
    </p>
  );
}
