import type { User } from '@tangent/contracts';
import useSWR from 'swr';
import { api } from '@/lib/api';

/** All users of the installation, in the order of their creation. Admins only. */
export function useUsers(isWanted = true) {
  return useSWR(isWanted ? ['users'] : null, async () => {
    const users: User[] = [];
    for await (const user of api.each('listUsers', { query: { limit: 1000 } })) users.push(user);
    return users;
  });
}
