'use client';

import type { Member, Role } from '@tangent/contracts';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import useSWR from 'swr';
import { SectionHead } from '@/components/shell/section-nav';
import { toast } from '@/components/ui/announcer';
import { Button } from '@/components/ui/button';
import { Confirm } from '@/components/ui/confirm';
import { Loaded } from '@/components/ui/loaded';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { Tag } from '@/components/ui/tag';
import { useMe } from '@/features/session/use-me';
import { api, messageOf, noteError } from '@/lib/api';
import { AddMemberDialog } from './add-member-dialog';
import { roleNames } from './roles';

export function MembersScreen({ projectId }: { readonly projectId: string }) {
  const me = useMe();
  const members = useSWR(['members', projectId], () =>
    api.listMembers({ params: { projectId }, query: { limit: 1000 } }),
  );
  const [isAdding, setIsAdding] = useState(false);
  const [leaving, setLeaving] = useState<Member | null>(null);
  const give = async (member: Member, role: Role) => {
    try {
      await api.putMember({ params: { projectId, userId: member.userId }, body: { role } });
      toast(`${member.name} is ${roleNames[role].name.toLowerCase()} now`);
    } catch (error) {
      noteError(error);
      toast(messageOf(error), 'danger');
    } finally {
      void members.mutate();
    }
  };
  return (
    <>
      <SectionHead
        title="Members"
        action={
          me?.isAdmin === true && (
            <Button look="primary" onClick={() => setIsAdding(true)}>
              <UserPlus />
              Add member
            </Button>
          )
        }
      >
        Who works in this project, and as what.
        {me?.isAdmin !== true && ' An administrator of the installation adds people.'}
      </SectionHead>
      <Loaded of={members} what="The members">
        {({ items }) => (
          <Table
            label="Members"
            columns={[{ name: 'Name' }, { name: 'Role' }, { name: 'Remove', isSilent: true }]}
          >
            {items.map((member) => (
              <Row key={member.userId}>
                <HeadCell>
                  {member.name}
                  {member.isDisabled && (
                    <span className="ml-2">
                      <Tag tone="danger">Deactivated</Tag>
                    </span>
                  )}
                  <span className="block font-normal break-all text-ink-faint">{member.email}</span>
                </HeadCell>
                <Cell>
                  {member.userId === me?.id && !me.isAdmin ? (
                    <span className="text-ink-soft">{roleNames[member.role].name} (you)</span>
                  ) : (
                    <select
                      aria-label={`Role of ${member.name}`}
                      value={member.role}
                      onChange={({ target }) => void give(member, target.value as Role)}
                      className="h-8 rounded-md border border-line-strong bg-surface px-2 text-sm"
                    >
                      {Object.entries(roleNames).map(([role, { name }]) => (
                        <option key={role} value={role}>
                          {name}
                        </option>
                      ))}
                    </select>
                  )}
                </Cell>
                <Cell className="text-right">
                  {(member.userId !== me?.id || me.isAdmin) && (
                    <Button
                      look="quiet"
                      size="sm"
                      aria-label={`Remove ${member.name}`}
                      onClick={() => setLeaving(member)}
                    >
                      Remove
                    </Button>
                  )}
                </Cell>
              </Row>
            ))}
          </Table>
        )}
      </Loaded>
      <dl className="mt-8 grid gap-x-8 gap-y-2 border-t border-line pt-5 text-sm sm:grid-cols-2">
        {Object.values(roleNames).map(({ name, may }) => (
          <div key={name} className="flex gap-2">
            <dt className="shrink-0 font-medium">{name}</dt>
            <dd className="text-ink-soft">{may}</dd>
          </div>
        ))}
      </dl>
      {me?.isAdmin === true && members.data !== undefined && (
        <AddMemberDialog
          projectId={projectId}
          members={members.data.items}
          isOpen={isAdding}
          onClose={() => setIsAdding(false)}
          onAdded={() => void members.mutate()}
        />
      )}
      <Confirm
        isOpen={leaving !== null}
        onClose={() => setLeaving(null)}
        title={`Remove ${leaving?.name ?? ''} from the project?`}
        action="Remove"
        onConfirm={async () => {
          await api.removeMember({ params: { projectId, userId: leaving!.userId } });
          await members.mutate();
          toast(`${leaving!.name} is no member any more`);
        }}
      >
        The project disappears for them at once. What they annotated stays, and items that they hold go back
        into the queue when their leases run out.
      </Confirm>
    </>
  );
}
