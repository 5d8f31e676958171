import type { ComponentProps, ReactNode } from 'react';
import { cn } from '@/lib/cn';
import { inputStyle } from './field';

interface Props extends ComponentProps<'select'> {
  readonly id: string;
  readonly label: string;
  readonly hint?: ReactNode;
}

export function SelectField({ id, label, hint, className, ...select }: Props) {
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        {label}
      </label>
      <select
        id={id}
        className={cn(inputStyle, className)}
        {...(hint === undefined ? {} : { 'aria-describedby': `${id}-note` })}
        {...select}
      />
      {hint !== undefined && (
        <p id={`${id}-note`} className="mt-1.5 text-sm text-ink-faint">
          {hint}
        </p>
      )}
    </div>
  );
}
