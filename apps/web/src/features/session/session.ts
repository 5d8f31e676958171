import { isApiError } from '@tangent/client';
import type { User } from '@tangent/contracts';
import { api, onSessionEnded, setCsrfToken } from '@/lib/api';
import { Store } from '@/lib/external-store';

export type SessionState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'in'; readonly user: User }
  /** It ended while somebody worked: the screen stays as it is, and asks for the password again. */
  | { readonly kind: 'expired'; readonly user: User }
  | { readonly kind: 'out' }
  | { readonly kind: 'unreachable' };

export const session = new Store<SessionState>({ kind: 'loading' });

/** Asks the API who is logged in, and for a CSRF token. */
export async function loadSession(): Promise<void> {
  try {
    const { user, csrfToken } = await api.getMe({}, { retries: { limit: 1 } });
    setCsrfToken(csrfToken);
    session.set({ kind: 'in', user });
  } catch (error) {
    const before = session.get();
    if (!isApiError(error) || error.status >= 500) session.set({ kind: 'unreachable' });
    else if (before.kind === 'in') session.set({ kind: 'expired', user: before.user });
    else if (before.kind !== 'expired') session.set({ kind: 'out' });
  }
}

/** A request was refused for want of a session: look, once, whether it is really over. */
let isLooking = false;
onSessionEnded(() => {
  if (isLooking || session.get().kind !== 'in') return;
  isLooking = true;
  void loadSession().finally(() => {
    isLooking = false;
  });
});

export async function logIn(email: string, password: string): Promise<User> {
  const before = session.get();
  const { user, csrfToken } = await api.createSession({ body: { email, password } });
  setCsrfToken(csrfToken);
  // Somebody else at the same screen: nothing of the first person’s may stay on it.
  if (before.kind === 'expired' && before.user.id !== user.id) window.location.reload();
  session.set({ kind: 'in', user });
  return user;
}

export async function logOut(): Promise<void> {
  await api.deleteSession();
  setCsrfToken(null);
  session.set({ kind: 'out' });
}
