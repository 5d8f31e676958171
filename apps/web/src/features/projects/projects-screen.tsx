'use client';

import { Blank } from '@/components/ui/blank';
import { Button } from '@/components/ui/button';
import { BrokenCurve, EmptySheets } from '@/components/ui/drawings';
import { messageOf } from '@/lib/api';
import { plural } from '@/lib/format';
import { useProjects } from '@/lib/use-project';
import { ProjectCard } from './project-card';

export function ProjectsScreen() {
  const { data, error, mutate } = useProjects();
  return (
    <main className="mx-auto w-full max-w-6xl flex-1 px-5 py-10 sm:px-8 sm:py-14">
      <header className="mb-8 flex items-baseline justify-between gap-4">
        <h1 className="text-2xl">Projects</h1>
        {data !== undefined && data.items.length > 0 && (
          <p className="text-sm text-ink-faint">{plural(data.items.length, 'project')}</p>
        )}
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
        <Blank drawing={<EmptySheets />} title="No project yet">
          <p>You see the projects that you are a member of. An engineer creates one over the REST API:</p>
          <code className="mt-4 block rounded-md bg-sunken px-3 py-2 text-left font-mono text-xs break-all text-ink-soft">
            POST /v1/projects {'{ "name": …, "type": "image", "classes": […] }'}
          </code>
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
