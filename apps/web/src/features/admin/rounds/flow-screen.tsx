'use client';

import type { Round } from '@tangent/contracts';
import { ArrowLeft } from 'lucide-react';
import Link from 'next/link';
import useSWR from 'swr';
import { SectionHead } from '@/components/shell/section-nav';
import { Loaded } from '@/components/ui/loaded';
import { Notice } from '@/components/ui/notice';
import { RoundButtons } from '@/features/rounds/round-buttons';
import { RoundProgress } from '@/features/rounds/round-progress';
import { RoundStatusMark } from '@/features/rounds/round-status';
import { isActiveRound } from '@/features/rounds/use-project-pulse';
import { api } from '@/lib/api';
import { formatDate } from '@/lib/format';
import { useProject } from '@/lib/use-project';
import { QueueCard } from '../workers/queue-card';
import { useQueues } from '../workers/queue-list';
import { workOf } from '../workers/work-of';
import { useWorkers } from '../workers/worker-list';
import { Flow } from './flow';
import { ShardTable } from './shard-table';

const lookMs = 1500;
const refresh = (round: Round | undefined) => (round !== undefined && isActiveRound(round) ? lookMs : 0);

/** One round with its flow of jobs, its shards, who works on it, and the queue that its jobs wait in. */
export function FlowScreen({ roundId }: { readonly roundId: string }) {
  const params = { roundId };
  const round = useSWR(['round', roundId], () => api.getRound({ params }), {
    refreshInterval: (known) => refresh(known),
  });
  const options = { refreshInterval: refresh(round.data), keepPreviousData: true };
  const jobs = useSWR(
    ['round-jobs', roundId, round.data?.status],
    () => api.getRoundJobs({ params, query: { numShards: 200 } }),
    options,
  );
  const shards = useSWR(
    ['shards', roundId, round.data?.status],
    () => api.getRoundShards({ params }),
    options,
  );
  const queues = useQueues();
  return (
    <>
      <Link
        href="/admin/rounds"
        className="mb-3 -ml-1 inline-flex items-center gap-1.5 rounded-md px-1 text-sm text-ink-soft hover:text-ink"
      >
        <ArrowLeft aria-hidden="true" className="size-4" />
        Rounds
      </Link>
      <Loaded of={round} what="This round">
        {(known) => (
          <>
            <Head round={known} onChanged={() => void round.mutate()} />
            <section aria-labelledby="flow" className="mt-9">
              <h2 id="flow" className="mb-4 text-lg">
                Jobs
              </h2>
              <Loaded of={jobs} what="The jobs" className="h-56">
                {({ items, attempt }) => <Flow jobs={items} attempt={attempt} round={known} />}
              </Loaded>
            </section>
            <section aria-labelledby="shards" className="mt-9">
              <h2 id="shards" className="mb-4 text-lg">
                Shards
              </h2>
              <Loaded of={shards} what="The shards">
                {({ items }) => <ShardTable shards={items} jobs={jobs.data?.items ?? []} />}
              </Loaded>
            </section>
            <section aria-labelledby="queue" className="mt-9">
              <h2 id="queue" className="mb-4 text-lg">
                Queue
              </h2>
              <Loaded of={queues} what="The queue" className="h-36">
                {({ items }) =>
                  items
                    .filter(({ name }) => name === 'rounds')
                    .map((queue) => (
                      <QueueCard key={queue.name} queue={queue} onChanged={() => void queues.mutate()} />
                    ))
                }
              </Loaded>
            </section>
          </>
        )}
      </Loaded>
    </>
  );
}

function Head({ round, onChanged }: { readonly round: Round; readonly onChanged: () => void }) {
  const { data: project } = useProject(round.projectId);
  const { data: workers } = useWorkers();
  const here = workers?.items.flatMap((worker) => {
    const work = worker.isAlive ? workOf(worker.current) : null;
    return work?.roundId === round.id ? [{ worker, work }] : [];
  });
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    ['Status', <RoundStatusMark key="status" status={round.status} />],
    ['Strategy', `${round.strategy} × ${round.batchSize}`],
    ['Attempt', round.attempt],
    ['Started', formatDate(round.createdAt)],
  ];
  return (
    <>
      <SectionHead
        title={`${project?.name ?? '…'} · round ${round.number}`}
        action={<RoundButtons round={round} onChanged={onChanged} />}
      />
      <dl className="flex flex-wrap gap-x-9 gap-y-3 border-y border-line py-4 tabular">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt className="text-xs text-ink-faint">{name}</dt>
            <dd className="mt-0.5 font-medium">{value}</dd>
          </div>
        ))}
        <div>
          <dt className="text-xs text-ink-faint">Results</dt>
          <dd className="mt-0.5">
            <Link
              href={`/projects/${round.projectId}/rounds/${round.id}`}
              className="text-live-strong underline underline-offset-2"
            >
              Page of the round
            </Link>
          </dd>
        </div>
      </dl>
      <RoundProgress round={round} className="mt-6" />
      {here !== undefined && here.length > 0 && (
        <p className="mt-3 text-sm text-ink-soft">
          {here.map(({ worker, work }) => `${worker.host} (${worker.pid}): ${work.name}`).join(' · ')}
        </p>
      )}
      {round.error !== null && (
        <Notice tone="danger" className="mt-6">
          <b className="font-medium">{round.error.code}</b>: {round.error.detail}
        </Notice>
      )}
    </>
  );
}
