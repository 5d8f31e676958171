'use client';

import type { Project } from '@tangent/contracts';
import Link from 'next/link';
import useSWR from 'swr';
import { buttonStyle } from '@/components/ui/button';
import { Meter } from '@/components/ui/meter';
import { ItemThumb } from '@/features/labeling/item-thumb';
import { api } from '@/lib/api';
import { formatCount, formatPercent } from '@/lib/format';

const numThumbs = 9;

export function ProjectCard({ project }: { readonly project: Project }) {
  const { counts } = project;
  const numPool = counts.items - counts.holdout;
  const { data: curve } = useSWR(['curve', project.id], () =>
    api.getCurve({ params: { projectId: project.id } }),
  );
  const { data: top } = useSWR(['top', project.id], () =>
    api.listItems({
      params: { projectId: project.id },
      query: { order: 'rank', status: 'unlabeled', limit: numThumbs },
    }),
  );
  const newest = curve?.points
    .filter(({ arm }) => arm === 'strategy')
    .reduce<{ numLabels: number; accuracy: number } | null>(
      (best, point) => (best !== null && best.numLabels > point.numLabels ? best : point),
      null,
    );
  return (
    <article className="group relative flex h-full flex-col rounded-lg border border-line bg-surface p-5 transition-shadow hover:shadow-lift">
      <div className="flex gap-5">
        <div
          aria-hidden="true"
          className="grid size-27 shrink-0 grid-cols-3 gap-0.5 overflow-hidden rounded-sm"
        >
          {Array.from({ length: numThumbs }, (_, place) => {
            const item = top?.items[place];
            return item === undefined ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: an empty place is its place
              <span key={place} className="bg-sunken" />
            ) : (
              <ItemThumb
                key={item.id}
                itemId={item.id}
                type={project.type}
                content={item}
                className="rounded-none"
              />
            );
          })}
        </div>
        <div className="min-w-0 flex-1">
          <h2 className="text-lg">
            <Link
              href={`/projects/${project.id}/annotate`}
              className="break-words after:absolute after:inset-0 after:rounded-lg"
            >
              {project.name}
            </Link>
          </h2>
          <p className="mt-0.5 text-sm text-ink-faint">
            {project.type} · {project.classes.length} classes · {project.settings.strategy}
          </p>
          <p className="mt-4 flex items-baseline gap-2 tabular">
            {newest == null ? (
              <span className="text-sm text-ink-faint">No accuracy measured yet</span>
            ) : (
              <>
                <span className="text-xl font-medium tracking-tight text-live-strong">
                  {formatPercent(newest.accuracy, 1)}
                </span>
                <span className="text-sm text-ink-faint">
                  accuracy at {formatCount(newest.numLabels)} labels
                </span>
              </>
            )}
          </p>
        </div>
      </div>
      <div className="mt-auto pt-6">
        <div className="mb-1.5 flex justify-between text-sm tabular">
          <span>
            <b className="font-medium">{formatCount(counts.labeled)}</b>
            <span className="text-ink-soft"> of {formatCount(numPool)} labeled</span>
          </span>
          <span className="text-ink-faint">
            {numPool === 0 ? '' : formatPercent(counts.labeled / numPool, 1)}
          </span>
        </div>
        <Meter label={`Labeled items of ${project.name}`} value={counts.labeled} max={numPool} />
        <div className="relative z-1 mt-5 flex gap-2">
          <Link
            href={`/projects/${project.id}/annotate`}
            aria-label={`Label ${project.name}`}
            className={buttonStyle({ look: 'primary', size: 'sm' })}
          >
            Label
          </Link>
          <Link
            href={`/projects/${project.id}/rounds`}
            aria-label={`Rounds of ${project.name}`}
            className={buttonStyle({ look: 'quiet', size: 'sm' })}
          >
            Rounds
          </Link>
        </div>
      </div>
    </article>
  );
}
