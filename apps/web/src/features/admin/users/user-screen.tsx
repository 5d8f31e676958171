'use client';

import type { User } from '@tangent/contracts';
import { ArrowLeft } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { SectionHead } from '@/components/shell/section-nav';
import { toast } from '@/components/ui/announcer';
import { Blank } from '@/components/ui/blank';
import { Button } from '@/components/ui/button';
import { Confirm } from '@/components/ui/confirm';
import { Dialog } from '@/components/ui/dialog';
import { EmptySheets } from '@/components/ui/drawings';
import { Loaded } from '@/components/ui/loaded';
import { Secret } from '@/components/ui/secret';
import { SessionTable } from '@/features/account/session-table';
import { TokenTable } from '@/features/account/token-table';
import { useMe } from '@/features/session/use-me';
import { api } from '@/lib/api';
import { formatDate } from '@/lib/format';
import { newPassword } from '@/lib/new-password';
import { useUsers } from '../use-users';
import { UserTags } from './users-screen';

export function UserScreen({ userId }: { readonly userId: string }) {
  const users = useUsers();
  return (
    <>
      <Link
        href="/admin/users"
        className="mb-3 -ml-1 inline-flex items-center gap-1.5 rounded-md px-1 text-sm text-ink-soft hover:text-ink"
      >
        <ArrowLeft aria-hidden="true" className="size-4" />
        Users
      </Link>
      <Loaded of={users} what="This user">
        {(all) => {
          const user = all.find(({ id }) => id === userId);
          if (user === undefined) {
            return (
              <Blank isPage drawing={<EmptySheets />} title="There is no such user">
                <p>Nobody has the id {userId}.</p>
              </Blank>
            );
          }
          return <Known user={user} onChanged={() => void users.mutate()} />;
        }}
      </Loaded>
    </>
  );
}

function Known({ user, onChanged }: { readonly user: User; readonly onChanged: () => void }) {
  return (
    <>
      <SectionHead title={user.name}>{user.email}</SectionHead>
      <dl className="flex flex-wrap gap-x-9 gap-y-3 border-y border-line py-4 text-sm">
        <div>
          <dt className="mb-1 text-xs text-ink-faint">Status</dt>
          <dd>
            <UserTags user={user} />
          </dd>
        </div>
        <div>
          <dt className="mb-1 text-xs text-ink-faint">Created</dt>
          <dd>{formatDate(user.createdAt)}</dd>
        </div>
      </dl>
      <Actions user={user} onChanged={onChanged} />
      <section aria-labelledby="sessions" className="mt-10">
        <h2 id="sessions" className="mb-4 text-lg">
          Logged in
        </h2>
        <SessionTable userId={user.id} />
      </section>
      <section aria-labelledby="tokens" className="mt-10">
        <h2 id="tokens" className="mb-4 text-lg">
          API tokens
        </h2>
        <TokenTable userId={user.id} />
      </section>
    </>
  );
}

type Question = 'password' | 'disable' | 'enable' | 'promote' | 'demote';

function Actions({ user, onChanged }: { readonly user: User; readonly onChanged: () => void }) {
  const me = useMe();
  const [asked, setAsked] = useState<Question | null>(null);
  const [password, setPassword] = useState<string | null>(null);
  const close = () => setAsked(null);
  const isMe = me?.id === user.id;
  const change = async (body: { isDisabled?: boolean; isAdmin?: boolean }, done: string) => {
    await api.updateUser({ params: { userId: user.id }, body });
    onChanged();
    toast(done);
  };
  if (isMe) {
    return (
      <p className="mt-5 text-sm text-ink-soft">
        This is you: change your password in{' '}
        <Link href="/account" className="text-live-strong underline underline-offset-2">
          your account
        </Link>
        . Another administrator can take rights from you.
      </p>
    );
  }
  return (
    <div className="mt-5 flex flex-wrap gap-2">
      <Button onClick={() => setAsked('password')}>Reset password</Button>
      <Button onClick={() => setAsked(user.isAdmin ? 'demote' : 'promote')}>
        {user.isAdmin ? 'Take administration away' : 'Make administrator'}
      </Button>
      {user.isDisabled ? (
        <Button onClick={() => setAsked('enable')}>Reactivate</Button>
      ) : (
        <Button look="danger" onClick={() => setAsked('disable')}>
          Deactivate
        </Button>
      )}
      <Confirm
        isOpen={asked === 'password'}
        onClose={close}
        title={`A new password for ${user.name}?`}
        action="Reset password"
        onConfirm={async () => {
          const made = newPassword();
          await api.updateUser({ params: { userId: user.id }, body: { password: made } });
          setPassword(made);
        }}
      >
        The old one stops working and all sessions end, at once. API tokens stay. The new password is shown
        once.
      </Confirm>
      <Confirm
        isOpen={asked === 'disable'}
        onClose={close}
        title={`Deactivate ${user.name}?`}
        action="Deactivate"
        onConfirm={() => change({ isDisabled: true }, `${user.name} is deactivated`)}
      >
        Sessions end and API tokens stop working, at once. Roles and everything that was annotated stay; you
        can reactivate the user at any time.
      </Confirm>
      <Confirm
        isHarmless
        isOpen={asked === 'enable'}
        onClose={close}
        title={`Reactivate ${user.name}?`}
        action="Reactivate"
        onConfirm={() => change({ isDisabled: false }, `${user.name} is active again`)}
      >
        The user may log in again with the password of before, and API tokens work again.
      </Confirm>
      <Confirm
        isOpen={asked === 'promote'}
        onClose={close}
        title={`Make ${user.name} an administrator?`}
        action="Make administrator"
        onConfirm={() => change({ isAdmin: true }, `${user.name} is an administrator`)}
      >
        Administrators may do everything in every project, manage users and stop the queues. The sessions of
        the user end, to begin anew with the new rights.
      </Confirm>
      <Confirm
        isOpen={asked === 'demote'}
        onClose={close}
        title={`Take administration from ${user.name}?`}
        action="Take away"
        onConfirm={() => change({ isAdmin: false }, `${user.name} is no administrator any more`)}
      >
        What is left are the roles in projects. The sessions of the user end.
      </Confirm>
      <Dialog
        isOpen={password !== null}
        onClose={() => setPassword(null)}
        title={`The new password of ${user.name}`}
        description="It is not shown again. Give it to them by a way that you trust."
      >
        {password !== null && <Secret label="Password" value={password} />}
      </Dialog>
    </div>
  );
}
