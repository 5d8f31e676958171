'use client';

import { pathFor, routes } from '@tangent/client';
import type { AuditEntry } from '@tangent/contracts';
import { Download } from 'lucide-react';
import { useState } from 'react';
import useSWRInfinite from 'swr/infinite';
import { SectionHead } from '@/components/shell/section-nav';
import { Blank } from '@/components/ui/blank';
import { Button, buttonStyle } from '@/components/ui/button';
import { EmptySheets } from '@/components/ui/drawings';
import { Loaded } from '@/components/ui/loaded';
import { Cell, Row, Table } from '@/components/ui/table';
import { api } from '@/lib/api';
import { formatDate } from '@/lib/format';
import { useProjects } from '@/lib/use-project';
import { useUsers } from '../use-users';
import { actionNames } from './actions';
import { type AuditFilter, AuditFilterForm, queryOf } from './audit-filter';

const pageSize = 50;

/** Who did what, when, to what. */
export function AuditScreen() {
  const [filter, setFilter] = useState<AuditFilter>({});
  const { data: users } = useUsers();
  const query = queryOf(filter);
  const pages = useSWRInfinite(
    (index, before: { nextCursor: string | null } | null) =>
      index > 0 && before?.nextCursor == null
        ? null
        : ['audit', JSON.stringify(query), before?.nextCursor ?? null],
    ([, , cursor]) =>
      api.listAudit({ query: { ...query, limit: pageSize, cursor: (cursor as string | null) ?? undefined } }),
    { keepPreviousData: true, revalidateFirstPage: false },
  );
  const [, exportPath] = routes.exportAudit;
  return (
    <>
      <SectionHead
        title="Audit"
        action={
          <div className="flex gap-2">
            {(['csv', 'jsonl'] as const).map((format) => (
              <a
                key={format}
                href={`/api${pathFor(exportPath, {}, { ...query, format })}`}
                download
                className={buttonStyle({ size: 'sm' })}
              >
                <Download />
                {format.toUpperCase()}
              </a>
            ))}
          </div>
        }
      >
        Who did what. Entries are only ever added, and nobody can change them here.
      </SectionHead>
      <AuditFilterForm filter={filter} users={users ?? []} onChange={setFilter} />
      <Loaded of={pages} what="The audit">
        {(loaded) => {
          const entries = loaded.flatMap(({ items }) => items);
          if (entries.length === 0) {
            return (
              <Blank
                drawing={<EmptySheets />}
                title="Nothing fits"
                action={<Button onClick={() => setFilter({})}>Show everything</Button>}
              >
                <p>No entry goes with all of these filters.</p>
              </Blank>
            );
          }
          return (
            <>
              <Table
                label="Audit"
                columns={[{ name: 'When' }, { name: 'Who' }, { name: 'What' }, { name: 'To what' }]}
              >
                {entries.map((entry) => (
                  <Row key={entry.id} className="align-top">
                    <Cell className="whitespace-nowrap text-ink-soft">
                      <time dateTime={entry.at}>{formatDate(entry.at)}</time>
                      {entry.ip !== null && (
                        <span className="block text-xs text-ink-faint">from {entry.ip}</span>
                      )}
                    </Cell>
                    <Cell>{whoOf(entry, users)}</Cell>
                    <Cell>
                      {actionNames[entry.action] ?? entry.action}
                      <span className="block font-mono text-xs text-ink-faint max-sm:hidden">
                        {entry.action}
                      </span>
                    </Cell>
                    <Cell className="min-w-56">
                      <Target entry={entry} users={users} />
                    </Cell>
                  </Row>
                ))}
              </Table>
              {loaded.at(-1)?.nextCursor != null && (
                <div className="mt-5 text-center">
                  <Button disabled={pages.isValidating} onClick={() => void pages.setSize(pages.size + 1)}>
                    Older entries
                  </Button>
                </div>
              )}
            </>
          );
        }}
      </Loaded>
    </>
  );
}

type Users = ReturnType<typeof useUsers>['data'];

const nameOf = (users: Users, userId: string): string =>
  users?.find(({ id }) => id === userId)?.name ?? userId;
const whoOf = ({ actorId }: AuditEntry, users: Users): string =>
  actorId === null ? 'the system' : nameOf(users, actorId);

function Target({ entry, users }: { readonly entry: AuditEntry; readonly users: Users }) {
  const { targetType, targetId, detail } = entry;
  const { data: projects } = useProjects();
  const project = projects?.items.find(({ id }) => id === targetId)?.name;
  const told = Object.entries(detail).filter(([, value]) => value !== undefined && value !== null);
  return (
    <>
      {targetType === 'user' && targetId !== null ? nameOf(users, targetId) : (project ?? targetType)}
      {targetId !== null && (
        <span className="block font-mono text-xs break-all text-ink-faint">{targetId}</span>
      )}
      {told.length > 0 && (
        <details className="mt-1 text-xs">
          <summary className="w-fit text-ink-soft hover:text-ink">Details</summary>
          <dl className="mt-1 space-y-0.5">
            {told.map(([name, value]) => (
              <div key={name} className="flex gap-2">
                <dt className="shrink-0 text-ink-faint">{name}</dt>
                <dd className="min-w-0 break-all">
                  {typeof value === 'string' ? value : JSON.stringify(value)}
                </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </>
  );
}
