'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { cn } from '@/lib/cn';
import { isAtLeast, useProject } from '@/lib/use-project';
import { settingsPath } from './settings-path';

const tabs = [
  { path: 'annotate', name: 'Label', atLeast: 'annotator' },
  { path: 'rounds', name: 'Rounds', atLeast: 'annotator' },
  { path: 'data', name: 'Data', atLeast: 'annotator' },
  { path: 'insight', name: 'Insight', atLeast: 'reviewer' },
  { path: 'map', name: 'Map', atLeast: 'reviewer' },
  { path: 'lab', name: 'Lab', atLeast: 'engineer' },
] as const;

/** More than these stand in a line of their own on a phone. */
const mostInBar = 3;

/** The pages of a project that the role of the one who looks reaches. */
export function ProjectTabs({ projectId }: { readonly projectId: string }) {
  const { data: project } = useProject(projectId);
  const here = usePathname().split('/')[3];
  const offered = tabs
    .filter(({ atLeast }) => (project === undefined ? atLeast === 'annotator' : isAtLeast(project, atLeast)))
    .map(({ path, name }) => ({ name, page: path, path: `/projects/${projectId}/${path}` }));
  const settings =
    project !== undefined && isAtLeast(project, 'engineer')
      ? [{ name: 'Settings', page: 'settings', path: settingsPath(projectId) }]
      : [];
  return (
    <nav
      aria-label="Project"
      className={cn(
        'flex items-stretch gap-1 sm:ml-4 sm:h-full',
        offered.length + settings.length > mostInBar
          ? 'scrollbar-none max-sm:order-last max-sm:-mx-1 max-sm:h-10 max-sm:w-full max-sm:overflow-x-auto'
          : 'ml-1 h-13',
      )}
    >
      {[...offered, ...settings].map(({ path, page, name }) => (
        <Link
          key={page}
          href={path}
          aria-current={page === here ? 'page' : undefined}
          className={cn(
            'relative flex items-center px-2.5 text-base',
            page === here
              ? 'font-medium text-ink after:absolute after:inset-x-2.5 after:-bottom-px after:h-0.5 after:bg-ink max-sm:after:bottom-0'
              : 'text-ink-soft hover:text-ink',
          )}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
