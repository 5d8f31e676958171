import type { ComponentProps, ReactNode } from 'react';
import { cn } from '@/lib/cn';

interface Props extends ComponentProps<'input'> {
  readonly id: string;
  readonly label: ReactNode;
  readonly hint?: ReactNode;
}

/** A box to tick, with its sentence. */
export function Check({ id, label, hint, className, ...input }: Props) {
  return (
    <div className={cn('flex items-start gap-2.5', className)}>
      <input
        id={id}
        type="checkbox"
        className="mt-0.5 size-4.5 shrink-0 accent-live"
        {...(hint === undefined ? {} : { 'aria-describedby': `${id}-note` })}
        {...input}
      />
      <span className="text-sm">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {hint !== undefined && (
          <span id={`${id}-note`} className="block text-ink-faint">
            {hint}
          </span>
        )}
      </span>
    </div>
  );
}
