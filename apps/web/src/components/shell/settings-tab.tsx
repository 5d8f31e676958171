'use client';

import type { Project } from '@tangent/contracts';
import Link from 'next/link';
import { cn } from '@/lib/cn';
import { canEngineer, useProject } from '@/lib/use-project';

/** The first of the settings that the role may see. */
export const settingsPath = ({ id, role }: Pick<Project, 'id' | 'role'>): string =>
  `/projects/${id}/settings/${role === 'admin' ? 'members' : 'webhooks'}`;

interface Props {
  readonly projectId: string;
  readonly isHere: boolean;
}

/** For whom there are settings; on a phone they are in the menu of the project. */
export function SettingsTab({ projectId, isHere }: Props) {
  const { data: project } = useProject(projectId);
  if (project === undefined || !canEngineer(project)) return null;
  return (
    <Link
      href={settingsPath(project)}
      aria-current={isHere ? 'page' : undefined}
      className={cn(
        'relative flex items-center px-2.5 text-base max-sm:hidden',
        isHere
          ? 'font-medium text-ink after:absolute after:inset-x-2.5 after:-bottom-px after:h-0.5 after:bg-ink'
          : 'text-ink-soft hover:text-ink',
      )}
    >
      Settings
    </Link>
  );
}
