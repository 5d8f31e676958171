import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';

/** A key of the keyboard. */
export function Kbd({ children, className }: { readonly children: ReactNode; readonly className?: string }) {
  return (
    <kbd
      className={cn(
        'inline-flex h-5 min-w-5 items-center justify-center rounded-sm border border-line-strong/50 border-b-2 bg-surface px-1 font-sans text-2xs font-medium text-ink-soft',
        className,
      )}
    >
      {children}
    </kbd>
  );
}
