import type { Round, RoundJob } from '@tangent/contracts';
import { cn } from '@/lib/cn';
import { formatMs, plural } from '@/lib/format';

const phases: readonly { readonly job: RoundJob['name']; readonly title: string }[] = [
  { job: 'train-model', title: 'Train' },
  { job: 'compute-features', title: 'Features' },
  { job: 'reduce-features', title: 'Reduce' },
  { job: 'score-shard', title: 'Score' },
  { job: 'select-batch', title: 'Select' },
];

type Tone = 'running' | 'done' | 'failed' | 'waiting' | 'absent';
const toneOf = ({ state }: RoundJob): Tone => {
  if (state === null) return 'absent';
  if (state === 'active') return 'running';
  if (state === 'completed') return 'done';
  return state === 'failed' ? 'failed' : 'waiting';
};
const toneStyles: Readonly<Record<Tone, string>> = {
  running: 'border-live bg-live text-on-live animate-breathe',
  done: 'border-live-soft bg-live-soft text-live-strong',
  failed: 'border-danger bg-danger-soft text-danger',
  waiting: 'border-line-strong bg-surface text-ink-soft',
  absent: 'border-dashed border-line-strong bg-transparent text-ink-faint',
};
const stateNames: Readonly<Record<NonNullable<RoundJob['state']>, string>> = {
  waiting: 'waiting',
  delayed: 'waiting for its next try',
  active: 'running',
  'waiting-for-others': 'waiting for the shards',
  completed: 'done',
  failed: 'failed',
};
/** What a job of the queue that is not there means depends on where the round is. */
const absentName = (round: Round): string =>
  round.status === 'done' ? 'done and forgotten' : 'not in the queue';

interface Props {
  readonly jobs: readonly RoundJob[];
  readonly attempt: number;
  readonly round: Round;
}

/** The jobs of a round in the order of its phases: from left to right, on a phone from top to bottom. */
export function Flow({ jobs, attempt, round }: Props) {
  const failed = jobs.filter(({ failedReason, state }) => failedReason !== null && state !== 'completed');
  return (
    <>
      <ol className="grid gap-2 lg:grid-cols-[auto_minmax(0,1fr)_auto_minmax(0,1fr)_auto]">
        {phases.map(({ job: name, title }, place) => {
          const ofPhase = jobs.filter((job) => job.name === name);
          return (
            <li
              key={name}
              className={cn(
                'relative rounded-lg border border-line bg-surface p-3',
                place > 0 &&
                  'before:absolute before:-top-2 before:left-6 before:h-2 before:w-px before:bg-line-strong lg:before:top-8 lg:before:-left-2 lg:before:h-px lg:before:w-2',
              )}
            >
              <p className="flex items-baseline justify-between gap-4">
                <span className="text-sm font-medium">{title}</span>
                <span className="text-xs text-ink-faint">{summaryOf(ofPhase)}</span>
              </p>
              <ul className="mt-2.5 flex max-h-40 flex-wrap gap-1 overflow-y-auto">
                {ofPhase.map((job) => (
                  <Node key={job.id} job={job} round={round} />
                ))}
                {ofPhase.length === 0 && <li className="text-sm text-ink-faint">no shards yet</li>}
              </ul>
            </li>
          );
        })}
      </ol>
      <p className="mt-3 text-sm text-ink-faint">
        Attempt {attempt}. The queue forgets jobs an hour after they are done; the database keeps what came of
        them.
      </p>
      {failed.length > 0 && (
        <ul className="mt-4 space-y-2 text-sm">
          {failed.map((job) => (
            <li key={job.id} className="rounded-md bg-danger-soft px-3.5 py-2.5 text-danger">
              <b className="font-medium">{nameOf(job)}</b>: {job.failedReason}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

const nameOf = ({ name, shardIndex }: RoundJob): string =>
  shardIndex === null ? name : `${name}, shard ${shardIndex}`;

function summaryOf(jobs: readonly RoundJob[]): string {
  if (jobs.length <= 1) return '';
  const numDone = jobs.filter(({ state }) => state === 'completed').length;
  return numDone === 0 ? plural(jobs.length, 'job') : `${numDone} of ${jobs.length}`;
}

function Node({ job, round }: { readonly job: RoundJob; readonly round: Round }) {
  const { startedAt, finishedAt, numTries, shardIndex } = job;
  const tookMs =
    startedAt === null || finishedAt === null ? null : Date.parse(finishedAt) - Date.parse(startedAt);
  const state = job.state === null ? absentName(round) : stateNames[job.state];
  const what = `${nameOf(job)}: ${state}${tookMs === null ? '' : ` in ${formatMs(tookMs)}`}${numTries > 1 ? `, ${numTries} tries` : ''}`;
  return (
    <li
      title={what}
      className={cn(
        'grid h-7 place-items-center rounded-sm border px-2 text-xs whitespace-nowrap tabular',
        shardIndex !== null && 'min-w-8 px-1',
        toneStyles[toneOf(job)],
      )}
    >
      <span aria-hidden="true">{shardIndex ?? (tookMs === null ? state : formatMs(tookMs))}</span>
      <span className="sr-only">{what}</span>
    </li>
  );
}
