import { cn } from '@/lib/cn';

interface Props {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  readonly valueText?: string;
  readonly className?: string;
  /** Something is going on, and nobody can say how far it is. */
  readonly isIndeterminate?: boolean;
}

/** A thin line that fills: moved and not widened, which lays out and paints nothing anew. */
export function Meter({ label, value, max, valueText, className, isIndeterminate = false }: Props) {
  const share = max > 0 ? Math.min(1, value / max) : 0;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      {...(isIndeterminate ? {} : { 'aria-valuenow': value })}
      aria-valuetext={valueText}
      className={cn('h-1 overflow-hidden rounded-full bg-line', className)}
    >
      <div
        className={cn(
          'h-full rounded-full bg-live transition-transform duration-500 ease-settle',
          isIndeterminate && 'animate-breathe',
        )}
        style={{ transform: isIndeterminate ? 'none' : `translateX(${(share - 1) * 100}%)` }}
      />
    </div>
  );
}
