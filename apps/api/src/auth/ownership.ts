import { TangentError } from '@tangent/contracts';
import type { Caller } from './caller.js';

/** To whom a thing must belong that the caller may touch; undefined: to anybody, for an admin. */
export const ownerOf = ({ user }: Caller): string | undefined => (user.isAdmin ? undefined : user.id);

/** Whose things a list shows: the caller's, or those of the user that an admin names. Throws forbidden. */
export function ownerAsked({ user }: Caller, userId: string | undefined): string {
  if (userId === undefined || userId === user.id) return user.id;
  if (!user.isAdmin) throw new TangentError('forbidden', 'Only an admin may ask for what belongs to others.');
  return userId;
}
