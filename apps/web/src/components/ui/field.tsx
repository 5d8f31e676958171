import type { ComponentProps, ReactNode } from 'react';
import { cn } from '@/lib/cn';

export const inputStyle =
  'h-10 w-full rounded-md border border-line-strong bg-surface px-3 text-base text-ink placeholder:text-ink-faint aria-invalid:border-danger';

interface Props extends ComponentProps<'input'> {
  readonly id: string;
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
}

export function Field({ id, label, hint, error, className, ...input }: Props) {
  const noteId = `${id}-note`;
  const note = error ?? hint;
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        className={cn(inputStyle, className)}
        {...(error === undefined ? {} : { 'aria-invalid': true })}
        {...(note === undefined ? {} : { 'aria-describedby': noteId })}
        {...input}
      />
      {note !== undefined && (
        <p
          id={noteId}
          className={cn('mt-1.5 text-sm', error === undefined ? 'text-ink-faint' : 'text-danger')}
        >
          {note}
        </p>
      )}
    </div>
  );
}
