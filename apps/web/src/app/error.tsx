'use client';

import { useEffect } from 'react';
import { Blank } from '@/components/ui/blank';
import { Button } from '@/components/ui/button';
import { BrokenCurve } from '@/components/ui/drawings';

export default function ErrorScreen({ error, reset }: { readonly error: Error; readonly reset: () => void }) {
  useEffect(() => console.error(error), [error]);
  return (
    <main className="grid min-h-dvh place-items-center">
      <Blank
        isPage
        drawing={<BrokenCurve />}
        title="This page broke"
        action={<Button onClick={reset}>Show it again</Button>}
      >
        <p>It is our fault. Answers that were not sent yet are kept in this browser.</p>
      </Blank>
    </main>
  );
}
