'use client';

import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { SectionLink, SectionNav } from '@/components/shell/section-nav';
import { Blank } from '@/components/ui/blank';
import { BrokenCurve } from '@/components/ui/drawings';
import { ProjectMissing } from '@/features/labeling/annotate-screen';
import { canEngineer, useProject } from '@/lib/use-project';

interface Props {
  readonly projectId: string;
  readonly children: ReactNode;
}

/** The settings of a project, with the pages that the role may see. */
export function SettingsShell({ projectId, children }: Props) {
  const { data: project, error } = useProject(projectId);
  const pathname = usePathname();
  if (project === undefined)
    return error === undefined ? (
      <main
        aria-busy="true"
        aria-label="Loading"
        className="mx-auto w-full max-w-6xl flex-1 px-5 py-12 sm:px-8"
      >
        <div className="h-72 rounded-lg shimmer" />
      </main>
    ) : (
      <ProjectMissing error={error} />
    );
  const base = `/projects/${projectId}/settings`;
  const isMembers = pathname === `${base}/members`;
  const may = isMembers ? project.role === 'admin' : canEngineer(project);
  return (
    <div className="mx-auto flex w-full max-w-6xl flex-1 flex-col gap-x-12 px-5 py-8 sm:px-8 sm:py-12 lg:flex-row">
      {canEngineer(project) && (
        <SectionNav label="Settings">
          <SectionLink href={`${base}/general`} isHere={pathname === `${base}/general`}>
            General
          </SectionLink>
          {project.role === 'admin' && (
            <SectionLink href={`${base}/members`} isHere={isMembers}>
              Members
            </SectionLink>
          )}
          <SectionLink href={`${base}/webhooks`} isHere={pathname.startsWith(`${base}/webhooks`)}>
            Webhooks
          </SectionLink>
        </SectionNav>
      )}
      <main className="min-w-0 flex-1">
        {may ? (
          children
        ) : (
          <Blank isPage drawing={<BrokenCurve />} title="Your role does not reach here">
            <p>
              You are {project.role} in {project.name}. An admin of the project can give you another role.
            </p>
          </Blank>
        )}
      </main>
    </div>
  );
}
