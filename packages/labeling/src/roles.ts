import { type Role, roles } from '@tangent/contracts';

/** Whether a role may do what `needed` may: annotator < reviewer < engineer < admin. */
export function atLeast(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}
