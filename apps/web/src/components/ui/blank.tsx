import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';

interface Props {
  readonly drawing: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  readonly className?: string;
  /** It is all that the page has: its title is the page’s. */
  readonly isPage?: boolean;
}

/** A screen or section with nothing to show: a drawing, why, and what to do about it. */
export function Blank({ drawing, title, children, action, className, isPage = false }: Props) {
  const Title = isPage ? 'h1' : 'h2';
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
      <Title className="text-xl">{title}</Title>
      {children !== undefined && <div className="mt-2.5 text-base text-ink-soft">{children}</div>}
      {action !== undefined && <div className="mt-6 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
