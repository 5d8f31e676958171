'use client';

import { type FormEvent, useState } from 'react';
import { toast } from '@/components/ui/announcer';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { useMe } from '@/features/session/use-me';
import { api } from '@/lib/api';
import { useAct } from '@/lib/use-act';

const minLength = 10;

/** One’s own password. */
export function PasswordForm({ onChanged }: { readonly onChanged: () => void }) {
  const me = useMe();
  const act = useAct();
  const [differ, setDiffer] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    const newPassword = String(given.get('newPassword'));
    const isTwice = newPassword === given.get('again');
    setDiffer(!isTwice);
    if (!isTwice) return;
    const isDone = await act.run(() =>
      api.changePassword({ body: { currentPassword: String(given.get('currentPassword')), newPassword } }),
    );
    if (!isDone) return;
    form.reset();
    toast('Your password is changed. Your other sessions have ended.');
    onChanged();
  };
  return (
    <form onSubmit={submit} className="max-w-sm space-y-4">
      {/* For password managers: whose password this is. */}
      <input type="hidden" name="username" autoComplete="username" value={me?.email ?? ''} />
      <Field
        id="currentPassword"
        name="currentPassword"
        label="Current password"
        type="password"
        autoComplete="current-password"
        required
      />
      <Field
        id="newPassword"
        name="newPassword"
        label="New password"
        type="password"
        autoComplete="new-password"
        required
        minLength={minLength}
        maxLength={200}
        hint={`At least ${minLength} characters; a sentence does well`}
      />
      <Field
        id="again"
        name="again"
        label="The new one again"
        type="password"
        autoComplete="new-password"
        required
        error={differ ? 'The two are not the same.' : undefined}
      />
      <Problem>{act.error}</Problem>
      <Button type="submit" disabled={act.isBusy}>
        {act.isBusy ? 'Changing …' : 'Change password'}
      </Button>
    </form>
  );
}
