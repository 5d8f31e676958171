'use client';

import type { Project } from '@tangent/contracts';
import useSWR from 'swr';
import { classNameOf, skipNames } from '@/features/labeling/names';
import { api, messageOf } from '@/lib/api';
import { cn } from '@/lib/cn';
import { formatDate } from '@/lib/format';

/** Who gave the item which answer, the newest first; answers that were taken back are struck through. */
export function History({ project, itemId }: { readonly project: Project; readonly itemId: string }) {
  const { data, error } = useSWR(['history', itemId], () =>
    api.listAnnotations({
      params: { projectId: project.id },
      query: { itemId, superseded: true, limit: 50 },
    }),
  );
  return (
    <section aria-labelledby="history-title" className="mt-6">
      <h3 id="history-title" className="eyebrow mb-2">
        Answers
      </h3>
      {data === undefined ? (
        error === undefined ? (
          <div className="h-10 rounded-sm shimmer" />
        ) : (
          <p className="text-sm text-ink-soft">{messageOf(error)}</p>
        )
      ) : data.items.length === 0 ? (
        <p className="text-sm text-ink-faint">
          Nobody has answered. A label that is there came with the import.
        </p>
      ) : (
        <ol className="divide-y divide-line border-y border-line text-sm">
          {data.items.map(({ id, classKey, skip, flag, annotatorName, createdAt, supersededAt }) => (
            <li key={id} className="flex flex-wrap items-baseline justify-between gap-x-4 py-1.5">
              <span className={cn(supersededAt !== null && 'text-ink-faint line-through')}>
                {classKey !== null
                  ? classNameOf(project, classKey)
                  : skip !== null && `Skipped, ${skipNames[skip.reason].name.toLowerCase()}`}
                {flag && ' · flagged'}
              </span>
              <span className="text-ink-faint">
                {annotatorName}, {formatDate(createdAt)}
                {supersededAt !== null && ', taken back or replaced'}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
