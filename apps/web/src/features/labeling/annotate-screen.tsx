'use client';

import { isApiError } from '@tangent/client';
import Link from 'next/link';
import { useDeferredValue } from 'react';
import { Blank } from '@/components/ui/blank';
import { buttonStyle } from '@/components/ui/button';
import { BrokenCurve } from '@/components/ui/drawings';
import { useProjectPulse } from '@/features/rounds/use-project-pulse';
import { session } from '@/features/session/session';
import { messageOf } from '@/lib/api';
import { useStore } from '@/lib/external-store';
import { LabelingProvider, useLabelingSession } from './use-labeling-session';
import { Workbench } from './workbench';

export function AnnotateScreen({ projectId }: { readonly projectId: string }) {
  const user = useStore(session, (state) =>
    state.kind === 'in' || state.kind === 'expired' ? state.user : null,
  );
  const pulse = useProjectPulse(projectId);
  const { projectError, feedStatus } = pulse;
  // Counts that changed are drawn in pieces: they come right after a label, and must not hold up the next key.
  const project = useDeferredValue(pulse.project);
  const round = useDeferredValue(pulse.round);
  const points = useDeferredValue(pulse.points);
  const labeling = useLabelingSession(project, user);

  if (project === undefined && projectError !== undefined) return <ProjectMissing error={projectError} />;
  if (project === undefined || user === null || labeling === null) return <Skeleton />;
  return (
    <LabelingProvider value={labeling}>
      <Workbench project={project} userId={user.id} round={round} points={points} feedStatus={feedStatus} />
    </LabelingProvider>
  );
}

export function ProjectMissing({ error }: { readonly error: unknown }) {
  const isGone = isApiError(error, 'not-found', 'forbidden', 'validation-failed');
  return (
    <main className="grid flex-1 place-items-center">
      <Blank
        isPage
        drawing={<BrokenCurve />}
        title={isGone ? 'There is no such project for you' : 'This project cannot be shown'}
        action={
          <Link href="/" className={buttonStyle()}>
            All projects
          </Link>
        }
      >
        <p>{isGone ? 'It was put away, or you are not a member of it.' : messageOf(error)}</p>
      </Blank>
    </main>
  );
}

function Skeleton() {
  return (
    <main aria-busy="true" aria-label="Loading" className="flex flex-1">
      <div className="grid flex-1 place-items-center p-8">
        <div className="aspect-square w-[min(80%,44dvh)] rounded-sm shimmer" />
      </div>
      <div className="w-[22.5rem] space-y-4 border-l border-line p-5 max-lg:hidden">
        <div className="h-24 rounded-sm shimmer" />
        <div className="h-64 rounded-sm shimmer" />
        <div className="h-16 rounded-sm shimmer" />
      </div>
    </main>
  );
}
