'use client';

import type { Project, Role } from '@tangent/contracts';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { Blank } from '@/components/ui/blank';
import { buttonStyle } from '@/components/ui/button';
import { EmptySheets } from '@/components/ui/drawings';
import { ScreenWaiting } from '@/components/ui/screen';
import { ProjectMissing } from '@/features/labeling/annotate-screen';
import { isAtLeast, useProject } from '@/lib/use-project';

interface Props {
  readonly projectId: string;
  /** The role that the page takes. */
  readonly atLeast: Role;
  readonly children: (project: Project) => ReactNode;
}

/** A page of a project: shown when the project has arrived, and to those whose role reaches it. */
export function ProjectPage({ projectId, atLeast, children }: Props) {
  const { data: project, error } = useProject(projectId);
  if (project === undefined)
    return error === undefined ? <ScreenWaiting /> : <ProjectMissing error={error} />;
  if (isAtLeast(project, atLeast)) return children(project);
  return (
    <main className="grid flex-1 place-items-center">
      <Blank
        isPage
        drawing={<EmptySheets />}
        title="This page is not for your role"
        action={
          <Link href={`/projects/${projectId}/annotate`} className={buttonStyle()}>
            Label instead
          </Link>
        }
      >
        <p>It takes the role {atLeast} in this project. An admin of the project can give it to you.</p>
      </Blank>
    </main>
  );
}
