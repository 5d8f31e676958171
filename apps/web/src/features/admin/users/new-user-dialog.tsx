'use client';

import type { Role, User } from '@tangent/contracts';
import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Check } from '@/components/ui/check';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Secret } from '@/components/ui/secret';
import { SelectField } from '@/components/ui/select-field';
import { roleNames } from '@/features/members/roles';
import { api } from '@/lib/api';
import { newPassword } from '@/lib/new-password';
import { useAct } from '@/lib/use-act';
import { useProjects } from '@/lib/use-project';

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onCreated: () => void;
}

interface Created {
  readonly user: User;
  readonly password: string;
}

/** A new user with a password that is shown once, and a role in a project straight away. */
export function NewUserDialog({ isOpen, onClose, onCreated }: Props) {
  const [created, setCreated] = useState<Created | null>(null);
  const close = () => {
    setCreated(null);
    onClose();
  };
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      title={created === null ? 'New user' : `${created.user.name} may log in`}
      description={
        created === null
          ? 'The password is made here and shown once; whoever gets it can change it in their account.'
          : 'Give this to them by a way that you trust. The password is not shown again; you can always make another one.'
      }
    >
      {created === null ? (
        <UserForm
          onCancel={close}
          onCreated={(made) => {
            setCreated(made);
            onCreated();
          }}
        />
      ) : (
        <div className="space-y-4">
          <Secret
            label="Invitation"
            value={`${window.location.origin}/login · ${created.user.email} · ${created.password}`}
          />
          <Secret label="Password" value={created.password} />
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
  readonly onCreated: (created: Created) => void;
}

function UserForm({ onCancel, onCreated }: FormProps) {
  const act = useAct();
  const { data: projects } = useProjects();
  const [projectId, setProjectId] = useState('');

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const password = newPassword();
    await act.run(async () => {
      const user = await api.createUser({
        body: {
          name: String(given.get('name')),
          email: String(given.get('email')),
          isAdmin: given.get('isAdmin') !== null,
          password,
        },
      });
      if (projectId !== '')
        await api.putMember({
          params: { projectId, userId: user.id },
          body: { role: given.get('role') as Role },
        });
      onCreated({ user, password });
    });
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      <Field id="name" name="name" label="Name" required maxLength={200} autoComplete="off" autoFocus />
      <Field
        id="email"
        name="email"
        label="E-mail"
        type="email"
        required
        maxLength={254}
        autoComplete="off"
      />
      <div className="grid grid-cols-2 gap-4">
        <SelectField
          id="project"
          label="Project"
          value={projectId}
          onChange={(event) => setProjectId(event.target.value)}
        >
          <option value="">None yet</option>
          {projects?.items.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
        <SelectField id="role" name="role" label="Role in it" disabled={projectId === ''}>
          {Object.entries(roleNames).map(([role, { name }]) => (
            <option key={role} value={role}>
              {name}
            </option>
          ))}
        </SelectField>
      </div>
      <Check
        id="isAdmin"
        name="isAdmin"
        label="Administrator"
        hint="May do everything in every project, and see this area."
      />
      <Problem>{act.error}</Problem>
      <div className="flex justify-end gap-2 pt-1">
        <Button look="quiet" onClick={onCancel}>
          Not now
        </Button>
        <Button type="submit" look="primary" disabled={act.isBusy}>
          {act.isBusy ? 'Creating …' : 'Create'}
        </Button>
      </div>
    </form>
  );
}
