'use client';

import Link from 'next/link';
import { useParams } from 'next/navigation';
import { cn } from '@/lib/cn';
import { Mark } from './mark';
import { ProjectSwitch } from './project-switch';
import { ProjectTabs } from './project-tabs';
import { ThemeMenu } from './theme-menu';
import { UserMenu } from './user-menu';

export function TopBar() {
  const { projectId } = useParams<{ projectId?: string }>();
  return (
    <header className="flex min-h-13 shrink-0 flex-wrap items-center gap-x-1 border-b border-line px-3 sm:h-13 sm:flex-nowrap sm:px-5">
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
          <ProjectTabs projectId={projectId} />
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
