'use client';

import { X } from 'lucide-react';
import { useEffect } from 'react';
import { cn } from '@/lib/cn';
import { Store, useStore } from '@/lib/external-store';

interface Toast {
  readonly id: number;
  readonly tone: 'plain' | 'danger';
  readonly text: string;
}
interface Announcements {
  /** Read out when the reader is idle. */
  readonly polite: string;
  readonly toasts: readonly Toast[];
}

const store = new Store<Announcements>({ polite: '', toasts: [] });
let nextId = 1;

/** Says something to screen readers only. */
export function announce(text: string): void {
  // The same sentence twice would not be read twice: an invisible difference makes it new.
  const { polite } = store.get();
  store.update({ polite: polite === text ? `${text}\u00a0` : text });
}

/** Shows a passing message, which screen readers read too. */
export function toast(text: string, tone: Toast['tone'] = 'plain'): void {
  const { toasts } = store.get();
  if (toasts.some((shown) => shown.text === text)) return;
  store.update({ toasts: [...toasts.slice(-2), { id: nextId, tone, text }] });
  nextId += 1;
}

function dismiss(id: number): void {
  store.update({ toasts: store.get().toasts.filter((shown) => shown.id !== id) });
}

const toastMs = 7000;

function ToastLine({ shown }: { readonly shown: Toast }) {
  useEffect(() => {
    const timer = setTimeout(() => dismiss(shown.id), toastMs);
    return () => clearTimeout(timer);
  }, [shown.id]);
  return (
    <div
      className={cn(
        'pointer-events-auto flex max-w-md animate-rise items-start gap-3 rounded-lg border bg-surface py-2.5 pr-2 pl-4 text-sm shadow-lift',
        shown.tone === 'danger' ? 'border-danger/40 text-danger' : 'border-line text-ink',
      )}
    >
      <span className="py-0.5">{shown.text}</span>
      <button
        type="button"
        aria-label="Dismiss"
        onClick={() => dismiss(shown.id)}
        className="grid size-6 shrink-0 place-items-center rounded-sm text-ink-faint hover:bg-hover hover:text-ink"
      >
        <X className="size-3.5" />
      </button>
    </div>
  );
}

export function Announcer() {
  const { polite, toasts } = useStore(store);
  return (
    <>
      <div aria-live="polite" className="sr-only" data-testid="announcement">
        {polite}
      </div>
      <div
        role="log"
        aria-live="assertive"
        aria-label="Messages"
        className="pointer-events-none fixed inset-x-0 bottom-4 z-50 flex flex-col items-center gap-2 px-4"
      >
        {toasts.map((shown) => (
          <ToastLine key={shown.id} shown={shown} />
        ))}
      </div>
    </>
  );
}
