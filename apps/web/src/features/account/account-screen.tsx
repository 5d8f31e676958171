'use client';

import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useSWRConfig } from 'swr';
import { SectionHead } from '@/components/shell/section-nav';
import { Button } from '@/components/ui/button';
import { useMe } from '@/features/session/use-me';
import { NewTokenDialog } from './new-token-dialog';
import { PasswordForm } from './password-form';
import { SessionTable } from './session-table';
import { TokenTable } from './token-table';

/** What belongs to oneself: password, sessions, tokens. */
export function AccountScreen() {
  const me = useMe();
  const { mutate } = useSWRConfig();
  const [isCreating, setIsCreating] = useState(false);
  return (
    <main className="mx-auto w-full max-w-4xl flex-1 px-5 py-8 sm:px-8 sm:py-12">
      <SectionHead title="Your account">
        {me?.name} · {me?.email}
      </SectionHead>
      <section aria-labelledby="tokens" className="mt-2">
        <header className="mb-4 flex flex-wrap items-center justify-between gap-3">
          <h2 id="tokens" className="text-lg">
            API tokens
          </h2>
          <Button size="sm" onClick={() => setIsCreating(true)}>
            <Plus />
            New token
          </Button>
        </header>
        <TokenTable />
      </section>
      <section aria-labelledby="sessions" className="mt-10">
        <h2 id="sessions" className="mb-4 text-lg">
          Where you are logged in
        </h2>
        <SessionTable />
      </section>
      <section aria-labelledby="password" className="mt-10">
        <h2 id="password" className="mb-4 text-lg">
          Password
        </h2>
        <PasswordForm onChanged={() => void mutate(['sessions', undefined])} />
      </section>
      <NewTokenDialog
        isOpen={isCreating}
        onClose={() => setIsCreating(false)}
        onCreated={() => void mutate(['tokens', undefined])}
      />
    </main>
  );
}
