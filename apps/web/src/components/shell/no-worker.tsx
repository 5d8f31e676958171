'use client';

import { CirclePause } from 'lucide-react';
import Link from 'next/link';
import { useParams, usePathname } from 'next/navigation';
import useSWR from 'swr';
import { Notice } from '@/components/ui/notice';
import { useMe } from '@/features/session/use-me';
import { api } from '@/lib/api';
import { useProject } from '@/lib/use-project';

/** For everybody, on every page: that no worker is alive, and what works without one. */
export function NoWorker() {
  const { projectId } = useParams<{ projectId?: string }>();
  const page = usePathname().split('/')[3];
  // The labeling screen says it in its own line, where it can say which order the items come in.
  if (projectId !== undefined && page === 'annotate') return null;
  return projectId === undefined ? <OfAll /> : <OfProject projectId={projectId} />;
}

const lookMs = 15_000;

/** Any project tells: workers are those of the installation. One of them, for counting the items of all is work. */
function OfAll() {
  const { data } = useSWR(['any-project'], () => api.listProjects({ query: { limit: 1 } }), {
    refreshInterval: lookMs,
  });
  return <Line isShown={data?.items[0]?.workers.numAlive === 0} />;
}

function OfProject({ projectId }: { readonly projectId: string }) {
  const { data } = useProject(projectId);
  return <Line isShown={data?.workers.numAlive === 0} />;
}

function Line({ isShown }: { readonly isShown: boolean }) {
  const me = useMe();
  if (!isShown) return null;
  return (
    <Notice tone="warn" icon={<CirclePause />} className="rounded-none px-4 py-2 sm:px-6">
      <b className="font-medium">No worker is alive.</b> Labeling, undo, browsing and exports go on, and
      nothing is lost. Rounds, imports and new predictions wait until one is back.
      {me?.isAdmin === true && (
        <>
          {' '}
          <Link href="/admin/workers" className="font-medium underline underline-offset-2">
            Look at the workers
          </Link>
        </>
      )}
    </Notice>
  );
}
