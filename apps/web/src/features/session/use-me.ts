import type { User } from '@tangent/contracts';
import { useStore } from '@/lib/external-store';
import { session } from './session';

/** Who is logged in. */
export function useMe(): User | null {
  return useStore(session, (state) => (state.kind === 'in' || state.kind === 'expired' ? state.user : null));
}
