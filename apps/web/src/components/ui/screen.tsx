'use client';

import { ArrowLeft, Code } from 'lucide-react';
import Link from 'next/link';
import { type ReactNode, useState } from 'react';
import { cn } from '@/lib/cn';
import type { ApiCall } from '@/lib/snippets';
import { Button } from './button';
import { SnippetDialog } from './snippet-dialog';

interface Props {
  readonly title: string;
  /** One sentence under the title. */
  readonly lead?: ReactNode;
  /** Beside the title. */
  readonly actions?: ReactNode;
  /** The requests that bring what is on screen: offered for use elsewhere. */
  readonly calls?: readonly ApiCall[];
  /** The page that this one belongs to. */
  readonly back?: { readonly href: string; readonly name: string };
  readonly children: ReactNode;
  readonly className?: string;
}

/** A page of the app: its title, what can be done here, and its content in a readable width. */
export function Screen({ title, lead, actions, calls, back, children, className }: Props) {
  return (
    <main className={cn('mx-auto w-full max-w-6xl flex-1 px-5 py-8 sm:px-8 sm:py-12', className)}>
      {back !== undefined && (
        <Link
          href={back.href}
          className="mb-3 -ml-1 inline-flex items-center gap-1.5 rounded-md px-1 text-sm text-ink-soft hover:text-ink"
        >
          <ArrowLeft aria-hidden="true" className="size-4" />
          {back.name}
        </Link>
      )}
      <header className="mb-7 flex flex-wrap items-start justify-between gap-x-6 gap-y-4">
        <div className="min-w-0 max-w-2xl">
          <h1 className="text-2xl">{title}</h1>
          {lead !== undefined && <p className="mt-1.5 text-ink-soft">{lead}</p>}
        </div>
        {(actions !== undefined || calls !== undefined) && (
          <div className="flex flex-wrap gap-2">
            {calls !== undefined && <Snippets calls={calls} />}
            {actions}
          </div>
        )}
      </header>
      {children}
    </main>
  );
}

function Snippets({ calls }: { readonly calls: readonly ApiCall[] }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setIsOpen(true)}>
        <Code />
        API
      </Button>
      <SnippetDialog isOpen={isOpen} onClose={() => setIsOpen(false)} calls={calls} />
    </>
  );
}

/** Where a page will be when its project has arrived. */
export function ScreenWaiting() {
  return (
    <main
      aria-busy="true"
      aria-label="Loading"
      className="mx-auto w-full max-w-6xl flex-1 space-y-6 px-5 py-12 sm:px-8"
    >
      <div className="h-9 w-56 rounded-sm shimmer" />
      <div className="h-72 rounded-lg shimmer" />
    </main>
  );
}

/** A part of a page on its own ground. */
export function Panel({
  title,
  aside,
  children,
  className,
}: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}) {
  return (
    <section
      aria-label={title}
      className={cn('rounded-lg border border-line bg-surface p-5 sm:p-6', className)}
    >
      <div className="mb-4 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <h2 className="text-lg">{title}</h2>
        {aside !== undefined && <div className="text-sm text-ink-faint tabular">{aside}</div>}
      </div>
      {children}
    </section>
  );
}
