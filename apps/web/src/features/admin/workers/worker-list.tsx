'use client';

import type { Answer } from '@tangent/client';
import type { Endpoints } from '@tangent/contracts';
import Link from 'next/link';
import useSWR from 'swr';
import { Loaded } from '@/components/ui/loaded';
import { Notice } from '@/components/ui/notice';
import { When } from '@/components/ui/when';
import { api } from '@/lib/api';
import { cn } from '@/lib/cn';
import { formatCount, plural } from '@/lib/format';
import { workOf } from './work-of';

type Worker = Answer<Endpoints['listWorkers']>['items'][number];

const lookMs = 3000;
export const useWorkers = () =>
  useSWR(['workers'], () => api.listWorkers(), { refreshInterval: lookMs, keepPreviousData: true });

export function WorkerList() {
  const workers = useWorkers();
  return (
    <section aria-labelledby="workers">
      <h2 id="workers" className="mb-4 text-lg">
        Workers
      </h2>
      <Loaded of={workers} what="The workers" className="h-36">
        {({ items }) => {
          const alive = items.filter(({ isAlive }) => isAlive);
          const lost = items.filter(({ isAlive, stoppedAt }) => !isAlive && stoppedAt === null);
          const numStopped = items.length - alive.length - lost.length;
          return (
            <>
              {alive.length === 0 && (
                <Notice tone="warn" className="mb-4">
                  <b className="font-medium">No worker is alive.</b> Annotators go on with the last ranking,
                  and nothing is lost; rounds and imports wait. Start one with <code>npm start</code> or the
                  container <code>worker</code>; <code>npm run doctor</code> says what is wrong.
                </Notice>
              )}
              <ul className="grid gap-3 md:grid-cols-2">
                {[...alive, ...lost].map((worker) => (
                  <WorkerCard key={worker.id} worker={worker} />
                ))}
              </ul>
              {numStopped > 0 && (
                <p className="mt-3 text-sm text-ink-faint">
                  {plural(numStopped, 'worker')} stopped in an orderly way in the last day.
                </p>
              )}
            </>
          );
        }}
      </Loaded>
    </section>
  );
}

function WorkerCard({ worker }: { readonly worker: Worker }) {
  const { host, pid, engine, device, threads, isAlive, current, numJobsDone, itemsPerSecond } = worker;
  const work = workOf(current);
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    ['Engine', `${engine} on ${device}, ${plural(threads, 'thread')}`],
    ['Throughput', itemsPerSecond === null ? '–' : `${formatCount(Math.round(itemsPerSecond))} items/s`],
    ['Jobs done', formatCount(numJobsDone)],
    ['Heartbeat', <When key="heartbeat" at={worker.lastHeartbeatAt} />],
  ];
  return (
    <li className={cn('rounded-lg border bg-surface p-4', isAlive ? 'border-line' : 'border-warn/50')}>
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span
          aria-hidden="true"
          className={cn(
            'size-2 self-center rounded-full',
            !isAlive ? 'bg-warn' : work === null ? 'bg-live' : 'animate-breathe bg-live',
          )}
        />
        <span className="min-w-0 font-medium break-all">{host}</span>
        <span className="text-sm text-ink-faint">process {pid}</span>
        <span className={cn('ml-auto text-sm', isAlive ? 'text-ink-soft' : 'font-medium text-warn')}>
          {!isAlive ? 'silent' : work === null ? 'idle' : 'working'}
        </span>
      </p>
      <p className="mt-2 min-h-6 text-sm">
        {!isAlive ? (
          <span className="text-ink-soft">It fell silent without a goodbye. Others take its jobs over.</span>
        ) : work === null ? (
          <span className="text-ink-faint">Waits for a job</span>
        ) : work.roundId === null ? (
          work.name
        ) : (
          <>
            {work.name}{' '}
            <Link
              href={`/admin/rounds/${work.roundId}`}
              className="text-live-strong underline underline-offset-2"
            >
              of its round
            </Link>
          </>
        )}
      </p>
      <dl className="mt-3 grid grid-cols-2 gap-x-4 gap-y-2 border-t border-line pt-3 text-sm tabular">
        {facts.map(([name, value]) => (
          <div key={name} className={cn('min-w-0', name === 'Engine' && 'col-span-2')}>
            <dt className="text-xs text-ink-faint">{name}</dt>
            <dd className="break-words">{value}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
