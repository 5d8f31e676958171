'use client';

import { isApiError } from '@tangent/client';
import { type FormEvent, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { messageOf } from '@/lib/api';
import { logIn } from './session';

interface Props {
  readonly defaultEmail?: string;
  readonly onDone: () => void;
}

export function LoginForm({ defaultEmail = '', onDone }: Props) {
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const passwordField = useRef<HTMLInputElement>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    setIsBusy(true);
    setError(null);
    try {
      await logIn(String(given.get('email')), String(given.get('password')));
      onDone();
    } catch (thrown) {
      setError(
        isApiError(thrown, 'wrong-credentials')
          ? 'This e-mail and password do not belong together. Check both, and try again.'
          : messageOf(thrown),
      );
      passwordField.current?.select();
    } finally {
      setIsBusy(false);
    }
  }

  return (
    <form onSubmit={submit} className="space-y-4">
      <Field
        id="email"
        name="email"
        label="E-mail"
        type="email"
        autoComplete="username"
        required
        autoFocus={defaultEmail === ''}
        defaultValue={defaultEmail}
      />
      <Field
        id="password"
        name="password"
        label="Password"
        type="password"
        autoComplete="current-password"
        required
        autoFocus={defaultEmail !== ''}
        ref={passwordField}
      />
      <Problem>{error}</Problem>
      <Button type="submit" look="primary" size="lg" className="w-full" disabled={isBusy}>
        {isBusy ? 'Logging in …' : 'Log in'}
      </Button>
    </form>
  );
}
