'use client';

import type { QueueInfo } from '@tangent/contracts';
import { Pause, Play, RefreshCcw } from 'lucide-react';
import { useState } from 'react';
import { toast } from '@/components/ui/announcer';
import { Button } from '@/components/ui/button';
import { Confirm } from '@/components/ui/confirm';
import { Tag } from '@/components/ui/tag';
import { api } from '@/lib/api';
import { cn } from '@/lib/cn';
import { formatCount, plural } from '@/lib/format';

const countNames: readonly (readonly [keyof QueueInfo['counts'], string])[] = [
  ['waiting', 'Waiting'],
  ['active', 'Running'],
  ['waitingForOthers', 'For their shards'],
  ['delayed', 'For the next try'],
  ['failed', 'Failed'],
  ['completed', 'Done, last hour'],
];

interface Props {
  readonly queue: QueueInfo;
  readonly onChanged: () => void;
}

/** A queue with what is in it, paused, resumed and drained behind a question. */
export function QueueCard({ queue, onChanged }: Props) {
  const { name, isPaused, counts } = queue;
  const [asked, setAsked] = useState<'pause' | 'resume' | 'drain' | null>(null);
  const close = () => setAsked(null);
  const params = { name };
  return (
    <div className={cn('rounded-lg border bg-surface p-4', isPaused ? 'border-warn/50' : 'border-line')}>
      <div className="flex flex-wrap items-center gap-2">
        <h3 className="font-medium capitalize">{name}</h3>
        {isPaused && <Tag tone="warn">Paused</Tag>}
        <div className="ml-auto flex flex-wrap gap-1">
          {isPaused ? (
            <Button size="sm" look="primary" onClick={() => setAsked('resume')} aria-label={`Resume ${name}`}>
              <Play />
              Resume
            </Button>
          ) : (
            <Button size="sm" look="quiet" onClick={() => setAsked('pause')} aria-label={`Pause ${name}`}>
              <Pause />
              Pause
            </Button>
          )}
          <Button size="sm" look="quiet" onClick={() => setAsked('drain')} aria-label={`Drain ${name}`}>
            <RefreshCcw />
            Drain
          </Button>
        </div>
      </div>
      <dl className="mt-3 grid grid-cols-3 gap-x-4 gap-y-3 tabular sm:grid-cols-6">
        {countNames.map(([key, title]) => (
          <div key={key}>
            <dt className="text-xs text-ink-faint">{title}</dt>
            <dd
              className={cn(
                'text-xl font-medium',
                counts[key] === 0 ? 'text-ink-faint' : key === 'failed' ? 'text-danger' : 'text-ink',
              )}
            >
              {formatCount(counts[key])}
            </dd>
          </div>
        ))}
      </dl>
      <Confirm
        isOpen={asked === 'pause'}
        onClose={close}
        title={`Pause ${name}?`}
        action="Pause"
        onConfirm={async () => {
          await api.pauseQueue({ params });
          onChanged();
          toast(`${name} is paused`);
        }}
      >
        No worker takes jobs of it any more, until somebody resumes it. Jobs that run go on, and so does
        labeling.
      </Confirm>
      <Confirm
        isHarmless
        isOpen={asked === 'resume'}
        onClose={close}
        title={`Resume ${name}?`}
        action="Resume"
        onConfirm={async () => {
          await api.resumeQueue({ params });
          onChanged();
          toast(`${name} goes on`);
        }}
      >
        {counts.waiting === 0
          ? 'Nothing waits at the moment.'
          : `Workers begin with the ${plural(counts.waiting, 'job')} that ${counts.waiting === 1 ? 'waits' : 'wait'}.`}
      </Confirm>
      <Confirm
        isOpen={asked === 'drain'}
        onClose={close}
        title={`Drain ${name}?`}
        action="Drain"
        onConfirm={async () => {
          const { numRemoved, numRequeued } = await api.drainQueue({ params });
          onChanged();
          toast(`Took ${plural(numRemoved, 'job')} away, queued ${numRequeued} anew`);
        }}
      >
        What waits is taken away, and what the database says is under way is queued anew: for a queue that
        holds jobs of rounds that are gone, or that lost some. Nothing is lost; rounds of which a shard runs
        keep their jobs.
      </Confirm>
    </div>
  );
}
