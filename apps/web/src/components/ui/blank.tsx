import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';

interface Props {
  readonly drawing: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  readonly className?: string;
}

/** A screen or section with nothing to show: a drawing, why, and what to do about it. */
export function Blank({ drawing, title, children, action, className }: Props) {
  return (
    <div
      className={cn(
        'mx-auto flex max-w-md animate-rise flex-col items-center px-6 py-12 text-center',
        className,
      )}
    >
      <div aria-hidden="true" className="mb-7 text-line-strong">
        {drawing}
      </div>
      <h2 className="text-xl">{title}</h2>
      {children !== undefined && <div className="mt-2.5 text-base text-ink-soft">{children}</div>}
      {action !== undefined && <div className="mt-6 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
