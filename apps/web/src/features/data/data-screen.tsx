'use client';

import type { Project } from '@tangent/contracts';
import { Download, Upload } from 'lucide-react';
import Link from 'next/link';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useState } from 'react';
import useSWRInfinite from 'swr/infinite';
import { Blank } from '@/components/ui/blank';
import { Button, buttonStyle } from '@/components/ui/button';
import { BrokenCurve, EmptySheets } from '@/components/ui/drawings';
import { Screen } from '@/components/ui/screen';
import { ProjectPage } from '@/features/projects/project-page';
import { api, messageOf } from '@/lib/api';
import { formatCount } from '@/lib/format';
import { canEngineer, isAtLeast } from '@/lib/use-project';
import { ExportDialog } from './export-dialog';
import { FilterBar } from './filter-bar';
import { type Filters, filtersOf, queryOf } from './filters';
import { ItemDialog } from './item-dialog';
import { ItemGrid } from './item-grid';

const pageSize = 60;

export function DataScreen({ projectId }: { readonly projectId: string }) {
  return (
    <ProjectPage projectId={projectId} atLeast="annotator">
      {(project) => <Data project={project} />}
    </ProjectPage>
  );
}

function Data({ project }: { readonly project: Project }) {
  const router = useRouter();
  const pathname = usePathname();
  const search = useSearchParams();
  const filters = filtersOf(new URLSearchParams(search));
  const itemId = search.get('item');
  const [isExporting, setIsExporting] = useState(false);

  const go = (next: Filters, item: string | null) => {
    const text = new URLSearchParams({ ...queryOf(next), ...(item === null ? {} : { item }) }).toString();
    router.replace(text === '' ? pathname : `${pathname}?${text}`, { scroll: false });
  };
  return (
    <Screen
      title="Data"
      lead={`${formatCount(project.counts.items)} items, ${formatCount(project.counts.labeled)} labeled, ${formatCount(project.counts.holdout)} held out`}
      calls={[
        { name: 'listItems', params: { projectId: project.id }, query: queryOf(filters), isPaged: true },
      ]}
      actions={
        <>
          {isAtLeast(project, 'reviewer') && (
            <Button onClick={() => setIsExporting(true)}>
              <Download />
              Export
            </Button>
          )}
          {canEngineer(project) && (
            <Link href={`/projects/${project.id}/import`} className={buttonStyle({ look: 'primary' })}>
              <Upload aria-hidden="true" />
              Import
            </Link>
          )}
        </>
      }
    >
      <FilterBar
        project={project}
        filters={filters}
        onChange={(change) => go({ ...filters, ...change }, null)}
      />
      <Items project={project} filters={filters} onOpen={(id) => go(filters, id)} />
      <ItemDialog project={project} itemId={itemId} onClose={() => go(filters, null)} />
      <ExportDialog project={project} isOpen={isExporting} onClose={() => setIsExporting(false)} />
    </Screen>
  );
}

interface ItemsProps {
  readonly project: Project;
  readonly filters: Filters;
  readonly onOpen: (itemId: string) => void;
}

function Items({ project, filters, onOpen }: ItemsProps) {
  const query = queryOf(filters);
  const { data, error, size, setSize, isValidating, mutate } = useSWRInfinite(
    (index: number, before: { nextCursor: string | null } | null) =>
      index > 0 && before?.nextCursor == null
        ? null
        : ['items', project.id, JSON.stringify(query), before?.nextCursor ?? ''],
    ([, projectId, , cursor]: readonly string[]) =>
      api.listItems({
        params: { projectId: projectId! },
        query: {
          status: filters.status ?? undefined,
          label: filters.label ?? undefined,
          text: filters.text ?? undefined,
          order: filters.order,
          holdout: filters.holdout,
          limit: pageSize,
          cursor: cursor === '' ? undefined : cursor,
        },
      }),
    { revalidateFirstPage: false, revalidateOnFocus: false },
  );
  if (data === undefined) {
    if (error === undefined)
      return <section aria-busy="true" aria-label="Loading items" className="h-72 rounded-sm shimmer" />;
    return (
      <Blank
        drawing={<BrokenCurve />}
        title="The items cannot be shown"
        action={<Button onClick={() => void mutate()}>Try again</Button>}
      >
        <p>{messageOf(error)}</p>
      </Blank>
    );
  }
  const items = data.flatMap((page) => page.items);
  if (items.length === 0) {
    const isFiltered = Object.keys(query).length > 0;
    return (
      <Blank
        drawing={<EmptySheets />}
        title={isFiltered ? 'No item is like that' : 'The pool is empty'}
        {...(!isFiltered && canEngineer(project)
          ? {
              action: (
                <Link href={`/projects/${project.id}/import`} className={buttonStyle({ look: 'primary' })}>
                  Import items
                </Link>
              ),
            }
          : {})}
      >
        <p>{isFiltered ? 'Ask for less, or for something else.' : 'Items come in by an import.'}</p>
      </Blank>
    );
  }
  return (
    <>
      <ItemGrid project={project} items={items} onOpen={onOpen} />
      {data.at(-1)?.nextCursor !== null && (
        <div className="mt-8 flex justify-center">
          <Button disabled={isValidating} onClick={() => void setSize(size + 1)}>
            {isValidating ? 'Getting more …' : 'Show more'}
          </Button>
        </div>
      )}
    </>
  );
}
