'use client';

import { useEffect, useState } from 'react';
import { formatAge, formatDate } from '@/lib/format';

const lookMs = 5000;

/** How long ago; the date at a touch of the pointer. */
export function When({ at }: { readonly at: string }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), lookMs);
    return () => clearInterval(timer);
  }, []);
  const age = formatAge(now - Date.parse(at));
  return (
    <time dateTime={at} title={formatDate(at)} className="whitespace-nowrap">
      {age === 'now' ? 'now' : `${age} ago`}
    </time>
  );
}
