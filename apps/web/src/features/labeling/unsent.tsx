'use client';

import { CloudOff } from 'lucide-react';
import { cn } from '@/lib/cn';
import { plural } from '@/lib/format';
import { useLateStore } from '@/lib/use-late-store';
import { useLabeling } from './use-labeling-session';

/** Answers that the server does not have yet. */
export function Unsent() {
  const session = useLabeling();
  const { entries, isStalled } = useLateStore(session.outbox.state);
  if (entries.length === 0) return null;
  return (
    <p
      data-testid="unsent"
      className={cn(
        'flex items-center gap-1.5 rounded-full px-2.5 text-sm tabular',
        isStalled ? 'bg-warn-soft text-warn' : 'animate-late text-ink-faint',
      )}
    >
      {isStalled && <CloudOff aria-hidden="true" className="size-3.5" />}
      {isStalled
        ? `${plural(entries.length, 'answer')} kept here until the server answers`
        : `saving ${entries.length}`}
    </p>
  );
}
