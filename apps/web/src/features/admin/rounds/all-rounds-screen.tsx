'use client';

import type { RoundStatus } from '@tangent/contracts';
import Link from 'next/link';
import { useState } from 'react';
import useSWRInfinite from 'swr/infinite';
import { SectionHead } from '@/components/shell/section-nav';
import { Blank } from '@/components/ui/blank';
import { Button } from '@/components/ui/button';
import { EmptyCurve } from '@/components/ui/drawings';
import { Loaded } from '@/components/ui/loaded';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { When } from '@/components/ui/when';
import { RoundStatusMark } from '@/features/rounds/round-status';
import { api } from '@/lib/api';

type Filter = RoundStatus | 'active' | 'all';
const filters: readonly (readonly [Filter, string])[] = [
  ['all', 'All'],
  ['active', 'Running'],
  ['failed', 'Failed'],
  ['done', 'Done'],
  ['cancelled', 'Cancelled'],
];
const lookMs = 4000;

/** Rounds of all projects on one list. */
export function AllRoundsScreen() {
  const [filter, setFilter] = useState<Filter>('all');
  const pages = useSWRInfinite(
    (index, before: { nextCursor: string | null } | null) =>
      index > 0 && before?.nextCursor == null ? null : ['all-rounds', filter, before?.nextCursor ?? null],
    ([, , cursor]) =>
      api.listAllRounds({
        query: {
          limit: 30,
          cursor: (cursor as string | null) ?? undefined,
          status: filter === 'all' ? undefined : filter,
        },
      }),
    { refreshInterval: lookMs, keepPreviousData: true },
  );
  return (
    <>
      <SectionHead title="Rounds">
        Of all projects, newest first. Choose one to see its phases, shards and jobs, and to cancel or retry
        it.
      </SectionHead>
      <fieldset className="mb-5 flex flex-wrap gap-1">
        <legend className="sr-only">Which rounds</legend>
        {filters.map(([value, name]) => (
          <Button
            key={value}
            size="sm"
            look={value === filter ? 'outline' : 'quiet'}
            aria-pressed={value === filter}
            onClick={() => setFilter(value)}
          >
            {name}
          </Button>
        ))}
      </fieldset>
      <Loaded of={pages} what="The rounds">
        {(loaded) => {
          const rounds = loaded.flatMap(({ items }) => items);
          if (rounds.length === 0) {
            return (
              <Blank drawing={<EmptyCurve />} title="No such round">
                <p>
                  {filter === 'all' ? 'No project has had a round yet.' : 'Nothing fits this filter now.'}
                </p>
              </Blank>
            );
          }
          return (
            <>
              <Table
                label="Rounds"
                columns={[
                  { name: 'Round' },
                  { name: 'Status' },
                  { name: 'Strategy', isWide: true },
                  { name: 'Attempt', isNumber: true, isWide: true },
                  { name: 'Started' },
                ]}
              >
                {rounds.map((round) => (
                  <Row key={round.id} className="relative hover:bg-hover">
                    <HeadCell>
                      <Link href={`/admin/rounds/${round.id}`} className="after:absolute after:inset-0">
                        {round.projectName} <span className="text-ink-faint">#{round.number}</span>
                      </Link>
                    </HeadCell>
                    <Cell>
                      <RoundStatusMark status={round.status} />
                      {round.error !== null && (
                        <span className="block text-xs text-danger">{round.error.code}</span>
                      )}
                    </Cell>
                    <Cell isWide>{round.strategy}</Cell>
                    <Cell isNumber isWide>
                      {round.attempt}
                    </Cell>
                    <Cell className="text-ink-soft">
                      <When at={round.createdAt} />
                    </Cell>
                  </Row>
                ))}
              </Table>
              {loaded.at(-1)?.nextCursor != null && (
                <div className="mt-5 text-center">
                  <Button onClick={() => void pages.setSize(pages.size + 1)}>Older rounds</Button>
                </div>
              )}
            </>
          );
        }}
      </Loaded>
    </>
  );
}
