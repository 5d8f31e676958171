'use client';

import { LogOut, Settings2, UserRound } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { toast } from '@/components/ui/announcer';
import { Menu, MenuItem, MenuLabel, MenuLine } from '@/components/ui/menu';
import { logOut, session } from '@/features/session/session';
import { messageOf } from '@/lib/api';
import { useStore } from '@/lib/external-store';

const initialsOf = (name: string): string =>
  name
    .split(/[\s@._-]+/)
    .filter((part) => part !== '')
    .slice(0, 2)
    .map((part) => part[0]?.toUpperCase())
    .join('');

export function UserMenu() {
  const state = useStore(session);
  const router = useRouter();
  if (state.kind !== 'in' && state.kind !== 'expired') return null;
  const { user } = state;
  return (
    <Menu
      align="end"
      trigger={
        <button
          type="button"
          aria-label={`Account of ${user.name}`}
          className="grid size-8 place-items-center rounded-full bg-ink text-2xs font-semibold text-paper"
        >
          {initialsOf(user.name) || '·'}
        </button>
      }
    >
      <MenuLabel>
        <span className="block text-sm font-medium text-ink">{user.name}</span>
        {user.email}
      </MenuLabel>
      <MenuLine />
      <MenuItem onSelect={() => router.push('/account')}>
        <UserRound />
        Your account
      </MenuItem>
      {user.isAdmin && (
        <MenuItem onSelect={() => router.push('/admin/users')}>
          <Settings2 />
          Administration
        </MenuItem>
      )}
      <MenuLine />
      <MenuItem onSelect={() => void logOut().catch((error) => toast(messageOf(error), 'danger'))}>
        <LogOut />
        Log out
      </MenuItem>
    </Menu>
  );
}
