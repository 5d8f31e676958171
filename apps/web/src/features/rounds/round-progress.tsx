import type { Round, RoundStatus } from '@tangent/contracts';
import { Meter } from '@/components/ui/meter';
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

/** A running round: which phase, and how far. Nothing when none runs. */
export function RoundProgress({ round, className }: { readonly round: Round; readonly className?: string }) {
  if (!isActiveRound(round)) return null;
  const { done, total } = round.progress;
  const at = phases.indexOf(round.status as (typeof phases)[number]);
  return (
    <div className={cn('rounded-md bg-live-soft px-3 py-2.5', className)} data-testid="round-progress">
      <p className="flex justify-between gap-3 text-sm text-live-strong tabular">
        <span>
          Round {round.number}: {phaseNames[round.status]}
        </span>
        {total > 1 && (
          <span>
            {done}/{total}
          </span>
        )}
      </p>
      <div className="mt-2 grid grid-cols-4 gap-1">
        {phases.map((phase, index) => (
          <Meter
            key={phase}
            label={phaseNames[phase]}
            value={index < at ? 1 : index === at ? (total === 0 ? 0 : done / total) : 0}
            max={1}
            isIndeterminate={index === at && total <= 1}
            className="bg-line-strong/40"
          />
        ))}
      </div>
    </div>
  );
}
