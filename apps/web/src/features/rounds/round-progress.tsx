import type { Round, RoundStatus } from '@tangent/contracts';
import { cn } from '@/lib/cn';
import { isActiveRound } from './use-project-pulse';

export const phaseNames: Readonly<Record<RoundStatus, string>> = {
  planned: 'waiting for a worker',
  training: 'training the model',
  featurizing: 'computing kernel features',
  scoring: 'scoring every candidate',
  selecting: 'picking the batch',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
};
const phases = ['training', 'featurizing', 'scoring', 'selecting'] as const;

/** A running round as a line of four phases. Nothing when none runs. */
export function RoundProgress({ round, className }: { readonly round: Round; readonly className?: string }) {
  if (!isActiveRound(round)) return null;
  const { done, total } = round.progress;
  return (
    <div className={cn('rounded-md bg-live-soft px-4 py-3', className)} data-testid="round-progress">
      <p className="flex justify-between gap-3 text-sm text-live-strong tabular">
        <span>
          <b className="font-medium">Round {round.number}</b> is {phaseNames[round.status]}
        </span>
        {total > 1 && (
          <span>
            step {Math.min(done + 1, total)} of {total}
          </span>
        )}
      </p>
      <Phases round={round} className="mt-2.5 h-1 gap-1" />
    </div>
  );
}

/** The same in one short line, for beside other things. */
export function RoundChip({ round }: { readonly round: Round }) {
  if (!isActiveRound(round)) return null;
  return (
    <p
      className="flex items-center gap-2 rounded-full bg-live-soft px-2.5 text-sm text-live-strong"
      data-testid="round-progress"
    >
      Round {round.number}
      <span className="max-md:hidden">{phaseNames[round.status]}</span>
      <Phases round={round} className="h-0.75 w-14 gap-0.5" />
    </p>
  );
}

function Phases({ round, className }: { readonly round: Round; readonly className: string }) {
  const { done, total } = round.progress;
  const at = phases.indexOf(round.status as (typeof phases)[number]);
  return (
    <span
      role="progressbar"
      aria-label={`Round ${round.number}, ${phaseNames[round.status]}`}
      aria-valuemin={0}
      aria-valuemax={Math.max(1, total)}
      aria-valuenow={done}
      className={cn('grid grid-cols-4', className)}
    >
      {phases.map((phase, index) => (
        <span
          key={phase}
          className={cn(
            'rounded-full transition-colors',
            index < at ? 'bg-live' : index === at ? 'animate-breathe bg-live' : 'bg-line-strong/35',
          )}
        />
      ))}
    </span>
  );
}
