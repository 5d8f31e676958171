'use client';

import type { User } from '@tangent/contracts';
import { UserPlus } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { SectionHead } from '@/components/shell/section-nav';
import { Button } from '@/components/ui/button';
import { inputStyle } from '@/components/ui/field';
import { Loaded } from '@/components/ui/loaded';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { Tag } from '@/components/ui/tag';
import { cn } from '@/lib/cn';
import { formatDate, plural } from '@/lib/format';
import { useUsers } from '../use-users';
import { NewUserDialog } from './new-user-dialog';

const fits = ({ name, email }: User, wanted: string): boolean =>
  `${name} ${email}`.toLowerCase().includes(wanted.trim().toLowerCase());

export function UsersScreen() {
  const users = useUsers();
  const [wanted, setWanted] = useState('');
  const [isCreating, setIsCreating] = useState(false);
  return (
    <>
      <SectionHead
        title="Users"
        action={
          <Button look="primary" onClick={() => setIsCreating(true)}>
            <UserPlus />
            New user
          </Button>
        }
      >
        Everybody who may log in. What somebody may do in a project is decided by the role in it;
        administrators may do everything everywhere.
      </SectionHead>
      <Loaded of={users} what="The users">
        {(all) => {
          const shown = all.filter((user) => fits(user, wanted));
          return (
            <>
              <div className="mb-5 flex flex-wrap items-center gap-x-4 gap-y-2">
                <input
                  type="search"
                  aria-label="Find a user by name or e-mail"
                  placeholder="Name or e-mail"
                  value={wanted}
                  onChange={(event) => setWanted(event.target.value)}
                  className={cn(inputStyle, 'w-full sm:w-72')}
                />
                <p role="status" className="text-sm text-ink-faint">
                  {shown.length === all.length
                    ? plural(all.length, 'user')
                    : `${shown.length} of ${plural(all.length, 'user')}`}
                </p>
              </div>
              <Table
                label="Users"
                columns={[
                  { name: 'Name' },
                  { name: 'E-mail', isWide: true },
                  { name: 'Status' },
                  { name: 'Created', isWide: true },
                ]}
              >
                {shown.map((user) => (
                  <Row key={user.id} className="group relative hover:bg-hover">
                    <HeadCell>
                      <Link href={`/admin/users/${user.id}`} className="after:absolute after:inset-0">
                        {user.name}
                      </Link>
                      <span className="block font-normal break-all text-ink-faint md:hidden">
                        {user.email}
                      </span>
                    </HeadCell>
                    <Cell isWide className="text-ink-soft">
                      {user.email}
                    </Cell>
                    <Cell>
                      <UserTags user={user} />
                    </Cell>
                    <Cell isWide className="whitespace-nowrap text-ink-faint">
                      {formatDate(user.createdAt)}
                    </Cell>
                  </Row>
                ))}
              </Table>
              {shown.length === 0 && (
                <p className="border-t border-line py-8 text-center text-ink-soft">
                  Nobody’s name or e-mail holds “{wanted}”.
                </p>
              )}
            </>
          );
        }}
      </Loaded>
      <NewUserDialog
        isOpen={isCreating}
        onClose={() => setIsCreating(false)}
        onCreated={() => void users.mutate()}
      />
    </>
  );
}

export function UserTags({ user }: { readonly user: User }) {
  return (
    <span className="flex flex-wrap gap-1.5">
      {user.isAdmin && <Tag tone="live">Administrator</Tag>}
      {user.isDisabled ? <Tag tone="danger">Deactivated</Tag> : !user.isAdmin && <Tag>Active</Tag>}
    </span>
  );
}
