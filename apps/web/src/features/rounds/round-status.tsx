import type { RoundStatus } from '@tangent/contracts';
import { cn } from '@/lib/cn';

const tones: Readonly<Record<RoundStatus, string>> = {
  planned: 'bg-warn',
  training: 'bg-live animate-breathe',
  featurizing: 'bg-live animate-breathe',
  scoring: 'bg-live animate-breathe',
  selecting: 'bg-live animate-breathe',
  done: 'bg-live',
  failed: 'bg-danger',
  cancelled: 'bg-line-strong',
};

export function RoundStatusMark({ status }: { readonly status: RoundStatus }) {
  return (
    <span className="inline-flex items-center gap-2">
      <span aria-hidden="true" className={cn('size-1.5 rounded-full', tones[status])} />
      {status}
    </span>
  );
}
