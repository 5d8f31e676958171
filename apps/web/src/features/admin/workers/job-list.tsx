'use client';

import type { JobState, QueuedJob, QueueKey } from '@tangent/contracts';
import Link from 'next/link';
import { useState } from 'react';
import useSWR from 'swr';
import { Loaded } from '@/components/ui/loaded';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { When } from '@/components/ui/when';
import { api } from '@/lib/api';

const lookMs = 4000;
const states: Readonly<Record<JobState, string>> = {
  failed: 'failed',
  active: 'running',
  waiting: 'waiting',
  'waiting-for-others': 'waiting for their shards',
  delayed: 'waiting for the next try',
};
const small = 'h-8 rounded-md border border-line-strong bg-surface px-2 text-sm';

/** The jobs themselves. What is to be done about one is done to its round. */
export function JobList() {
  const [queue, setQueue] = useState<QueueKey>('rounds');
  const [state, setState] = useState<JobState>('failed');
  const jobs = useSWR(
    ['jobs', queue, state],
    () => api.listJobs({ params: { name: queue }, query: { state } }),
    { refreshInterval: lookMs },
  );
  return (
    <section aria-labelledby="jobs" className="mt-10">
      <header className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 id="jobs" className="mr-auto text-lg">
          Jobs
        </h2>
        <select
          aria-label="Queue"
          value={queue}
          onChange={({ target }) => setQueue(target.value as QueueKey)}
          className={small}
        >
          <option value="rounds">rounds</option>
          <option value="imports">imports</option>
        </select>
        <select
          aria-label="State"
          value={state}
          onChange={({ target }) => setState(target.value as JobState)}
          className={small}
        >
          {Object.entries(states).map(([key, name]) => (
            <option key={key} value={key}>
              {name}
            </option>
          ))}
        </select>
      </header>
      <Loaded of={jobs} what="The jobs" className="h-24">
        {({ items }) =>
          items.length === 0 ? (
            <p className="border-t border-line py-8 text-center text-ink-soft">
              No job of {queue} {state === 'failed' ? 'has failed' : `is ${states[state]}`}.
            </p>
          ) : (
            <Table
              label="Jobs"
              columns={[
                { name: 'Job' },
                { name: 'Tries', isNumber: true },
                { name: 'Since' },
                { name: 'Why it failed', isWide: state !== 'failed' },
              ]}
            >
              {items.map((job) => (
                <Row key={job.id}>
                  <HeadCell>
                    <JobName job={job} />
                  </HeadCell>
                  <Cell isNumber>{job.numTries}</Cell>
                  <Cell className="text-ink-soft">
                    <When at={job.finishedAt ?? job.startedAt ?? job.createdAt} />
                  </Cell>
                  <Cell isWide={state !== 'failed'} className="max-w-md min-w-48 break-words text-ink-soft">
                    {job.failedReason ?? '–'}
                  </Cell>
                </Row>
              ))}
            </Table>
          )
        }
      </Loaded>
    </section>
  );
}

function JobName({ job }: { readonly job: QueuedJob }) {
  const name = job.shardIndex === null ? job.name : `${job.name}, shard ${job.shardIndex}`;
  return (
    <>
      {job.roundId === null ? (
        name
      ) : (
        <Link href={`/admin/rounds/${job.roundId}`} className="underline-offset-2 hover:underline">
          {name}
        </Link>
      )}
      <span className="block font-mono text-xs font-normal break-all text-ink-faint">
        {job.roundId ?? job.operationId ?? job.id}
      </span>
    </>
  );
}
