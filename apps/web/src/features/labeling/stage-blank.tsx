'use client';

import type { Project, Round } from '@tangent/contracts';
import Link from 'next/link';
import { Blank } from '@/components/ui/blank';
import { buttonStyle } from '@/components/ui/button';
import { BrokenCurve, EmptySheets, FinishedCurve, TravellingPoint } from '@/components/ui/drawings';
import { RoundProgress } from '@/features/rounds/round-progress';
import { useStore } from '@/lib/external-store';
import { formatCount, plural } from '@/lib/format';
import { canEngineer } from '@/lib/use-project';
import { useLabeling } from './use-labeling-session';

/** Where the item would be, when there is none: why, and what happens next. */
export function StageBlank({ project, round }: { readonly project: Project; readonly round: Round | null }) {
  const session = useLabeling();
  const { emptyReason, hasAsked, isCut } = useStore(session.leases.state);
  const numUnsent = useStore(session.outbox.state, (state) => state.entries.length);

  if (isCut) {
    return (
      <Blank drawing={<BrokenCurve />} title="No connection to the server">
        <p>
          {numUnsent > 0
            ? `${plural(numUnsent, 'answer')} of yours ${numUnsent === 1 ? 'is' : 'are'} kept in this browser, and sent when the server answers again.`
            : 'Labeling goes on as soon as it answers again. Nothing is lost.'}
        </p>
      </Blank>
    );
  }
  if (emptyReason === 'all-labeled') {
    return (
      <Blank
        drawing={<FinishedCurve />}
        title="Every item has its label"
        action={
          <Link href={`/projects/${project.id}/rounds`} className={buttonStyle({ look: 'primary' })}>
            See what they bought
          </Link>
        }
      >
        <p>
          {formatCount(project.counts.labeled)} labeled
          {project.counts.skipped > 0 && `, ${formatCount(project.counts.skipped)} skipped`}. New items appear
          here by themselves.
        </p>
      </Blank>
    );
  }
  // While answers of one's own are on their way their leases still count: the next item may come with them.
  if (emptyReason === 'all-leased' && numUnsent === 0) {
    return (
      <Blank drawing={<TravellingPoint />} title="Your colleagues have the last items">
        <p>If one is given back, it appears here.</p>
      </Blank>
    );
  }
  if (emptyReason === 'no-items') {
    return (
      <Blank
        drawing={<EmptySheets />}
        title="The pool is empty"
        {...(canEngineer(project)
          ? {
              action: (
                <Link href={`/projects/${project.id}/import`} className={buttonStyle({ look: 'primary' })}>
                  Import items
                </Link>
              ),
            }
          : {})}
      >
        <p>Items come in by an import; they appear here by themselves.</p>
        <code className="mt-4 block rounded-md bg-sunken px-3 py-2 text-left font-mono text-xs break-all text-ink-soft">
          {`curl -F file=@items.zip -H "authorization: Bearer $TOKEN" ${window.location.origin}/api/v1/projects/${project.id}/imports`}
        </code>
      </Blank>
    );
  }
  return (
    <div aria-busy={!hasAsked} className="w-full max-w-sm">
      <div className="mx-auto aspect-square w-[min(100%,44dvh)] rounded-sm shimmer" />
      <p className="sr-only">Getting the next item</p>
      {round !== null && <RoundProgress round={round} className="mt-4" />}
    </div>
  );
}
