'use client';

import { useRouter, useSearchParams } from 'next/navigation';
import { useEffect } from 'react';
import { Mark } from '@/components/shell/mark';
import { useStore } from '@/lib/external-store';
import { LoginForm } from './login-form';
import { loadSession, session } from './session';

/** Only paths of this site: a link must not send anybody elsewhere after the password. */
function safeNext(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : '/';
}

export function LoginScreen() {
  const router = useRouter();
  const next = safeNext(useSearchParams().get('next'));
  const state = useStore(session);
  useEffect(() => {
    if (session.get().kind === 'loading') void loadSession();
  }, []);
  useEffect(() => {
    if (state.kind === 'in') router.replace(next);
  }, [state.kind, next, router]);

  return (
    <main className="grid min-h-dvh lg:grid-cols-[minmax(0,1fr)_minmax(0,1.15fr)]">
      <section className="flex flex-col px-6 py-8 sm:px-14 sm:py-12">
        <div className="flex items-center gap-2.5 text-lg font-semibold tracking-tight">
          <Mark className="size-6" />
          Tangent
        </div>
        <div className="my-auto w-full max-w-sm py-12">
          <h1 className="text-2xl">Log in</h1>
          <p className="mt-2 mb-8 text-ink-soft">
            {next === '/' ? 'Good to see you.' : 'You will be taken back to where you were.'}
          </p>
          <LoginForm onDone={() => router.replace(next)} />
        </div>
        <p className="text-sm text-ink-faint">No account? Your administrator creates one.</p>
      </section>
      <aside
        aria-hidden="true"
        className="relative hidden overflow-hidden border-l border-line bg-sunken lg:block"
      >
        <LoginDrawing />
        <p className="absolute bottom-12 left-14 max-w-md text-xl leading-snug font-medium tracking-tight text-ink">
          The next item is the one that would change the model most.
        </p>
      </aside>
    </main>
  );
}

/** Learning curves of many pools, faint; one of them touched by its tangent. */
function LoginDrawing() {
  const curves = Array.from({ length: 17 }, (_, index) => {
    const rise = 300 + index * 26;
    return `M-20 ${900 - index * 14}C${120 + index * 16} ${900 - rise} ${360 + index * 8} ${760 - rise} 940 ${700 - rise}`;
  });
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 900 900"
      preserveAspectRatio="xMidYMid slice"
      fill="none"
      className="absolute inset-0 size-full"
    >
      {curves.map((path, index) => (
        <path
          key={path}
          d={path}
          stroke={index === 8 ? 'var(--ink)' : 'var(--line-strong)'}
          strokeOpacity={index === 8 ? 1 : 0.28}
          strokeWidth={index === 8 ? 2 : 1}
        />
      ))}
      <path d="M-71 765.4L690.6 28.1" stroke="var(--live)" strokeWidth={2} />
      <circle cx={230.8} cy={473.3} r={7} fill="var(--live)" />
    </svg>
  );
}
