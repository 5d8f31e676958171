import type { ReactNode } from 'react';
import { NoWorker } from '@/components/shell/no-worker';
import { NotCurrent } from '@/components/shell/not-current';
import { TopBar } from '@/components/shell/top-bar';
import { SessionGate } from '@/features/session/session-gate';

export default function AppLayout({ children }: { readonly children: ReactNode }) {
  return (
    <SessionGate>
      <div className="flex min-h-dvh flex-col">
        <TopBar />
        <NotCurrent />
        <NoWorker />
        {children}
      </div>
    </SessionGate>
  );
}
