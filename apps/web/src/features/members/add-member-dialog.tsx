'use client';

import type { Member, Role } from '@tangent/contracts';
import Link from 'next/link';
import type { FormEvent } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Problem } from '@/components/ui/problem';
import { SelectField } from '@/components/ui/select-field';
import { useUsers } from '@/features/admin/use-users';
import { api } from '@/lib/api';
import { useAct } from '@/lib/use-act';
import { roleNames } from './roles';

interface Props {
  readonly projectId: string;
  readonly members: readonly Member[];
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onAdded: () => void;
}

export function AddMemberDialog({ projectId, members, isOpen, onClose, onAdded }: Props) {
  const { data: users } = useUsers(isOpen);
  const act = useAct();
  const known = new Set(members.map(({ userId }) => userId));
  const offered = users?.filter(({ id, isDisabled }) => !known.has(id) && !isDisabled);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const params = { projectId, userId: String(given.get('userId')) };
    if (!(await act.run(() => api.putMember({ params, body: { role: given.get('role') as Role } })))) return;
    onAdded();
    onClose();
  };
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Add a member">
      {offered?.length === 0 ? (
        <p className="text-ink-soft">
          Every active user is a member already.{' '}
          <Link href="/admin/users" className="text-live-strong underline underline-offset-2">
            Create another one
          </Link>
          .
        </p>
      ) : (
        <form onSubmit={submit} className="space-y-4">
          <SelectField id="userId" name="userId" label="User" required disabled={offered === undefined}>
            {offered?.map(({ id, name, email }) => (
              <option key={id} value={id}>
                {name} ({email})
              </option>
            ))}
          </SelectField>
          <SelectField id="role" name="role" label="Role">
            {Object.entries(roleNames).map(([role, { name, may }]) => (
              <option key={role} value={role}>
                {name}: {may}
              </option>
            ))}
          </SelectField>
          <Problem>{act.error}</Problem>
          <div className="flex justify-end gap-2 pt-1">
            <Button look="quiet" onClick={onClose}>
              Not now
            </Button>
            <Button type="submit" look="primary" disabled={act.isBusy || offered === undefined}>
              Add
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
