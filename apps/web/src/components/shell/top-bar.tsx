'use client';

import Link from 'next/link';
import { useParams, usePathname } from 'next/navigation';
import { cn } from '@/lib/cn';
import { Mark } from './mark';
import { ProjectSwitch } from './project-switch';
import { SettingsTab } from './settings-tab';
import { ThemeMenu } from './theme-menu';
import { UserMenu } from './user-menu';

const tabs = [
  { path: 'annotate', name: 'Label' },
  { path: 'rounds', name: 'Rounds' },
] as const;

export function TopBar() {
  const { projectId } = useParams<{ projectId?: string }>();
  const page = usePathname().split('/')[3];
  return (
    <header className="flex h-13 shrink-0 items-center gap-1 border-b border-line px-3 sm:px-5">
      <Link
        href="/"
        aria-label="Tangent, all projects"
        className="flex items-center gap-2 rounded-md py-1 pr-2 font-semibold tracking-tight"
      >
        <Mark className="size-5.5" />
        <span className={cn(projectId !== undefined && 'max-sm:hidden')}>Tangent</span>
      </Link>
      {projectId !== undefined && (
        <>
          <span aria-hidden="true" className="text-line-strong max-sm:hidden">
            /
          </span>
          <ProjectSwitch projectId={projectId} />
          <nav aria-label="Project" className="ml-1 flex h-full items-stretch gap-1 sm:ml-4">
            {tabs.map(({ path, name }) => (
              <Link
                key={path}
                href={`/projects/${projectId}/${path}`}
                aria-current={page === path ? 'page' : undefined}
                className={cn(
                  'relative flex items-center px-2.5 text-base',
                  page === path
                    ? 'font-medium text-ink after:absolute after:inset-x-2.5 after:-bottom-px after:h-0.5 after:bg-ink'
                    : 'text-ink-soft hover:text-ink',
                )}
              >
                {name}
              </Link>
            ))}
            <SettingsTab projectId={projectId} isHere={page === 'settings'} />
          </nav>
        </>
      )}
      <div className="ml-auto flex items-center gap-1.5">
        <div id="top-bar-status" className="mr-1 flex items-center gap-2 max-sm:hidden" />
        <ThemeMenu />
        <UserMenu />
      </div>
    </header>
  );
}
