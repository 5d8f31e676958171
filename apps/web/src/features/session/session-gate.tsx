'use client';

import { usePathname, useRouter } from 'next/navigation';
import { type ReactNode, useEffect } from 'react';
import { SWRConfig, type SWRConfiguration } from 'swr';
import { Blank } from '@/components/ui/blank';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { BrokenCurve } from '@/components/ui/drawings';
import { api, noteError } from '@/lib/api';
import { useStore } from '@/lib/external-store';
import { giveBackLost } from '@/lib/lost-leases';
import { noteStale } from '@/lib/not-current';
import { LoginForm } from './login-form';
import { loadSession, type SessionState, session } from './session';

const retryMs = 3000;
/** Later tries come more and more seldom, but no more seldom than every so often: who waits for a server watches. */
const mostRetryMs = 12_000;

/** How everything on the pages is read. */
const reading: SWRConfiguration = {
  onError: noteError,
  shouldRetryOnError: isWorthRetrying,
  errorRetryInterval: retryMs,
  onErrorRetry: (_error, _key, { errorRetryInterval }, revalidate, tries) => {
    const waitMs = Math.min(mostRetryMs, errorRetryInterval * 2 ** (tries.retryCount - 1));
    setTimeout(() => void revalidate(tries), waitMs * (0.75 + Math.random() / 2));
  },
  use: [noteStale],
};

/** Lets logged-in people through; sends others to the login page; lets those whose session ended log in where they are. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const state = useStore(session);
  const router = useRouter();
  const pathname = usePathname();
  useEffect(() => {
    if (session.get().kind === 'loading') void loadSession();
  }, []);
  useEffect(() => {
    if (state.kind === 'out')
      router.replace(pathname === '/' ? '/login' : `/login?next=${encodeURIComponent(pathname)}`);
  }, [state.kind, pathname, router]);
  // Whichever page comes after one that was left.
  useEffect(() => {
    if (state.kind === 'in') void giveBackLost(api);
  }, [state.kind]);
  useEffect(() => {
    if (state.kind !== 'unreachable') return;
    const timer = setInterval(() => void loadSession(), retryMs);
    return () => clearInterval(timer);
  }, [state.kind]);

  if (state.kind === 'unreachable') return <Unreachable />;
  if (state.kind !== 'in' && state.kind !== 'expired') return <Arriving />;
  return (
    <SWRConfig value={reading}>
      {children}
      <Expired state={state} />
    </SWRConfig>
  );
}

/** What was refused for good is not asked for again. */
function isWorthRetrying(error: unknown): boolean {
  return !(error instanceof Error && 'status' in error && Number(error.status) < 500);
}

function Arriving() {
  return (
    <main aria-busy="true" aria-label="Loading" className="grid min-h-dvh place-items-center">
      <div className="h-1 w-24 overflow-hidden rounded-full shimmer" />
    </main>
  );
}

function Unreachable() {
  return (
    <main className="grid min-h-dvh place-items-center">
      <Blank
        isPage
        drawing={<BrokenCurve />}
        title="The server does not answer"
        action={<Button onClick={() => void loadSession()}>Try now</Button>}
      >
        <p>It may be starting, or the network is down. This page looks again every few seconds.</p>
      </Blank>
    </main>
  );
}

function Expired({ state }: { readonly state: SessionState }) {
  return (
    <Dialog
      isOpen={state.kind === 'expired'}
      title="Your session has ended"
      description="Log in to go on where you are. Answers that were not sent yet are kept, and sent afterwards."
    >
      <LoginForm defaultEmail={state.kind === 'expired' ? state.user.email : ''} onDone={() => undefined} />
    </Dialog>
  );
}
