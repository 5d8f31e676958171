'use client';

import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';

interface Props {
  readonly isOpen: boolean;
  /** Absent: the dialog cannot be closed without an answer. */
  readonly onClose?: () => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}

export function Dialog({ isOpen, onClose, title, description, children, className }: Props) {
  const keepOpen = onClose === undefined ? (event: Event) => event.preventDefault() : undefined;
  return (
    <Radix.Root open={isOpen} onOpenChange={(next) => !next && onClose?.()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-sunken/80 backdrop-blur-[2px]" />
        <Radix.Content
          {...(keepOpen === undefined ? {} : { onEscapeKeyDown: keepOpen, onInteractOutside: keepOpen })}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          className={cn(
            'fixed top-[12vh] left-1/2 z-50 max-h-[80vh] w-[min(30rem,calc(100vw-2rem))] -translate-x-1/2 animate-rise overflow-y-auto rounded-lg border border-line bg-surface p-6 shadow-lift focus-visible:outline-none',
            className,
          )}
        >
          <Radix.Title className="pr-8 text-lg">{title}</Radix.Title>
          {description !== undefined && (
            <Radix.Description asChild>
              <div className="mt-1.5 text-sm text-ink-soft">{description}</div>
            </Radix.Description>
          )}
          <div className="mt-5">{children}</div>
          {onClose !== undefined && (
            <Radix.Close
              aria-label="Close"
              className="absolute top-4 right-4 grid size-8 place-items-center rounded-md text-ink-faint hover:bg-hover hover:text-ink"
            >
              <X className="size-4" />
            </Radix.Close>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
