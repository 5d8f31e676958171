import type { Role } from '@tangent/contracts';

/** The roles in a project, from the one that may least; each may what those before it may. */
export const roleNames: Readonly<Record<Role, { readonly name: string; readonly may: string }>> = {
  annotator: { name: 'Annotator', may: 'labels what is handed out' },
  reviewer: { name: 'Reviewer', may: 'sees everybody’s annotations and what the model thinks, and exports' },
  engineer: { name: 'Engineer', may: 'imports, starts rounds, changes settings and webhooks' },
  admin: { name: 'Admin', may: 'gives roles, and puts the project away' },
};
