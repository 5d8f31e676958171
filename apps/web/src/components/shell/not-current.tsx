'use client';

import { History } from 'lucide-react';
import { useParams, usePathname } from 'next/navigation';
import { useEffect, useState } from 'react';
import { Notice } from '@/components/ui/notice';
import { useStore } from '@/lib/external-store';
import { formatClock } from '@/lib/format';
import { notCurrentSince } from '@/lib/not-current';

/** For everybody, on every page: that what is on screen is old, since when, and that the page goes on trying. */
export function NotCurrent() {
  const { projectId } = useParams<{ projectId?: string }>();
  const page = usePathname().split('/')[3];
  const staleSince = useStore(notCurrentSince);
  const offlineSince = useOfflineSince();
  const since = earlierOf(offlineSince, staleSince);
  // The labeling screen says it in its own line: there, work goes on.
  if (since === null || (projectId !== undefined && page === 'annotate')) return null;
  return (
    <Notice tone="warn" icon={<History />} className="rounded-none px-4 py-2 sm:px-6">
      <b className="font-medium">Not current since {formatClock(since)}:</b>{' '}
      {offlineSince === null ? 'the server does not answer' : 'this device is offline'}. What is on screen is
      what was known then; this page keeps trying.
    </Notice>
  );
}

const earlierOf = (a: Date | null, b: Date | null): Date | null =>
  a === null || b === null ? (a ?? b) : a < b ? a : b;

/** Without a network nothing is even asked for, so that no request fails. */
function useOfflineSince(): Date | null {
  const [since, setSince] = useState<Date | null>(null);
  useEffect(() => {
    const look = () => setSince((before) => (navigator.onLine ? null : (before ?? new Date())));
    look();
    window.addEventListener('online', look);
    window.addEventListener('offline', look);
    return () => {
      window.removeEventListener('online', look);
      window.removeEventListener('offline', look);
    };
  }, []);
  return since;
}
