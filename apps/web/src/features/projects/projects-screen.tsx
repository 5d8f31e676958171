'use client';

import { Plus } from 'lucide-react';
import Link from 'next/link';
import { Blank } from '@/components/ui/blank';
import { Button, buttonStyle } from '@/components/ui/button';
import { BrokenCurve, EmptySheets } from '@/components/ui/drawings';
import { messageOf } from '@/lib/api';
import { plural } from '@/lib/format';
import { useProjects } from '@/lib/use-project';
import { ProjectCard } from './project-card';

export function ProjectsScreen() {
  const { data, error, mutate } = useProjects();
  return (
    <main className="mx-auto w-full max-w-6xl flex-1 px-5 py-10 sm:px-8 sm:py-14">
      <header className="mb-8 flex flex-wrap items-center justify-between gap-4">
        <h1 className="text-2xl">Projects</h1>
        <div className="flex items-center gap-4">
          {data !== undefined && data.items.length > 0 && (
            <p className="text-sm text-ink-faint max-sm:hidden">{plural(data.items.length, 'project')}</p>
          )}
          {data !== undefined && data.items.length > 0 && <NewProject />}
        </div>
      </header>
      {data === undefined && error !== undefined ? (
        <Blank
          drawing={<BrokenCurve />}
          title="The projects cannot be shown"
          action={<Button onClick={() => void mutate()}>Try again</Button>}
        >
          <p>{messageOf(error)}</p>
        </Blank>
      ) : data === undefined ? (
        <section aria-busy="true" aria-label="Loading projects" className="grid gap-5 md:grid-cols-2">
          {[0, 1].map((place) => (
            <div key={place} className="h-56 rounded-lg shimmer" />
          ))}
        </section>
      ) : data.items.length === 0 ? (
        <Blank drawing={<EmptySheets />} title="No project yet" action={<NewProject />}>
          <p>
            You see the projects that you are a member of. Make one of your own, or let an engineer take you
            in.
          </p>
        </Blank>
      ) : (
        <ul className="grid gap-5 md:grid-cols-2">
          {data.items.map((project) => (
            <li key={project.id}>
              <ProjectCard project={project} />
            </li>
          ))}
        </ul>
      )}
    </main>
  );
}

function NewProject() {
  return (
    <Link href="/projects/new" className={buttonStyle({ look: 'primary' })}>
      <Plus aria-hidden="true" />
      New project
    </Link>
  );
}
