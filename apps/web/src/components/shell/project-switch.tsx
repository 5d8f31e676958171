'use client';

import { Check, ChevronsUpDown, LayoutGrid, Settings2 } from 'lucide-react';
import { usePathname, useRouter } from 'next/navigation';
import { Menu, MenuItem, MenuLabel, MenuLine } from '@/components/ui/menu';
import { canEngineer, useProject, useProjects } from '@/lib/use-project';
import { settingsPath } from './settings-path';

export function ProjectSwitch({ projectId }: { readonly projectId: string }) {
  const { data: project } = useProject(projectId);
  const { data: projects } = useProjects();
  const router = useRouter();
  const page = usePathname().split('/')[3] ?? 'annotate';
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          aria-label={`Project ${project?.name ?? ''}; switch`}
          className="flex h-8 min-w-0 items-center gap-1.5 rounded-md px-2 text-base font-medium hover:bg-hover"
        >
          <span className="max-w-[38vw] truncate sm:max-w-56">{project?.name ?? '…'}</span>
          <ChevronsUpDown className="size-3.5 shrink-0 text-ink-faint" />
        </button>
      }
    >
      <MenuLabel>Projects</MenuLabel>
      {projects?.items.map((each) => (
        <MenuItem key={each.id} onSelect={() => router.push(`/projects/${each.id}/${page}`)}>
          <span className="max-w-64 flex-1 truncate">{each.name}</span>
          {each.id === projectId && <Check aria-label="this one" />}
        </MenuItem>
      ))}
      <MenuLine />
      {project !== undefined && canEngineer(project) && (
        <MenuItem onSelect={() => router.push(settingsPath(projectId))}>
          <Settings2 />
          Settings of this project
        </MenuItem>
      )}
      <MenuItem onSelect={() => router.push('/')}>
        <LayoutGrid />
        All projects
      </MenuItem>
    </Menu>
  );
}
