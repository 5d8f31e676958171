'use client';

import type { Scope } from '@tangent/contracts';
import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Check } from '@/components/ui/check';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Secret } from '@/components/ui/secret';
import { SelectField } from '@/components/ui/select-field';
import { useMe } from '@/features/session/use-me';
import { api } from '@/lib/api';
import { useAct } from '@/lib/use-act';
import { scopeNames } from './scopes';

const dayMs = 24 * 3_600_000;
const lives = [
  { days: 30, name: '30 days' },
  { days: 90, name: '90 days' },
  { days: 365, name: 'A year' },
  { days: 0, name: 'Until it is revoked' },
] as const;

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onCreated: () => void;
}

export function NewTokenDialog({ isOpen, onClose, onCreated }: Props) {
  const [token, setToken] = useState<string | null>(null);
  const close = () => {
    setToken(null);
    onClose();
  };
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      title={token === null ? 'New API token' : 'Your new token'}
      description={
        token === null
          ? 'A program that sends it acts as you, as far as you allow it here.'
          : 'Take it along now: only its hash is kept, and it is not shown again.'
      }
    >
      {token === null ? (
        <TokenForm
          onCancel={close}
          onCreated={(made) => {
            setToken(made);
            onCreated();
          }}
        />
      ) : (
        <div className="space-y-5">
          <Secret label="Token" value={token} />
          <Secret label="Send it as a header" value={`Authorization: Bearer ${token}`} />
          <div className="flex justify-end">
            <Button look="primary" onClick={close}>
              Done
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}

interface FormProps {
  readonly onCancel: () => void;
  readonly onCreated: (token: string) => void;
}

function TokenForm({ onCancel, onCreated }: FormProps) {
  const me = useMe();
  const act = useAct();
  const [scopes, setScopes] = useState<readonly Scope[]>(['projects:read']);
  const offered = (Object.keys(scopeNames) as Scope[]).filter(
    (scope) => scope !== 'admin' || me?.isAdmin === true,
  );
  const hasAll = scopes.includes('*');
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const days = Number(given.get('days'));
    await act.run(async () => {
      const { token } = await api.createToken({
        body: {
          name: String(given.get('name')),
          scopes: hasAll ? ['*'] : [...scopes],
          ...(days === 0 ? {} : { expiresAt: new Date(Date.now() + days * dayMs).toISOString() }),
        },
      });
      onCreated(token);
    });
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      <Field
        id="name"
        name="name"
        label="Name"
        required
        maxLength={100}
        autoComplete="off"
        autoFocus
        hint="What it is for, so that you know later what breaks without it"
      />
      <fieldset>
        <legend className="mb-2 text-sm font-medium">It may</legend>
        <div className="space-y-2.5">
          {offered.map((scope) => (
            <Check
              key={scope}
              id={`scope-${scope}`}
              label={scopeNames[scope].name}
              hint={scopeNames[scope].may}
              checked={scope === '*' ? hasAll : hasAll || scopes.includes(scope)}
              disabled={scope !== '*' && hasAll}
              onChange={({ target }) =>
                setScopes(target.checked ? [...scopes, scope] : scopes.filter((chosen) => chosen !== scope))
              }
            />
          ))}
        </div>
      </fieldset>
      <SelectField id="days" name="days" label="It lives for" defaultValue={90}>
        {lives.map(({ days, name }) => (
          <option key={days} value={days}>
            {name}
          </option>
        ))}
      </SelectField>
      <Problem>{act.error}</Problem>
      <div className="flex justify-end gap-2 pt-1">
        <Button look="quiet" onClick={onCancel}>
          Not now
        </Button>
        <Button type="submit" look="primary" disabled={act.isBusy || scopes.length === 0}>
          {act.isBusy ? 'Creating …' : 'Create token'}
        </Button>
      </div>
    </form>
  );
}
