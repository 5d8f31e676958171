import Link from 'next/link';
import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';

/** The way between the pages of one area: beside them, above them on a narrow screen. */
export function SectionNav({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <nav
      aria-label={label}
      className="-mx-2 mb-6 flex shrink-0 gap-0.5 overflow-x-auto scrollbar-none p-1 lg:mx-0 lg:-ml-3 lg:w-48 lg:flex-col lg:overflow-visible lg:p-0"
    >
      {children}
    </nav>
  );
}

interface LinkProps {
  readonly href: string;
  readonly isHere: boolean;
  readonly children: ReactNode;
}

export function SectionLink({ href, isHere, children }: LinkProps) {
  return (
    <Link
      href={href}
      aria-current={isHere ? 'page' : undefined}
      className={cn(
        'shrink-0 rounded-md px-3 py-1.5 text-base whitespace-nowrap',
        isHere ? 'bg-hover font-medium text-ink' : 'text-ink-soft hover:bg-hover hover:text-ink',
      )}
    >
      {children}
    </Link>
  );
}

interface HeadProps {
  readonly title: string;
  readonly children?: ReactNode;
  /** Beside the title: what can be done here. */
  readonly action?: ReactNode;
}

/** The head of such a page. */
export function SectionHead({ title, children, action }: HeadProps) {
  return (
    <header className="mb-7 flex flex-wrap items-start justify-between gap-x-6 gap-y-4">
      <div className="min-w-0">
        <h1 className="text-2xl">{title}</h1>
        {children !== undefined && <p className="mt-2 max-w-xl text-base text-ink-soft">{children}</p>}
      </div>
      {action}
    </header>
  );
}
