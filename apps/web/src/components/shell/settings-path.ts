import type { Project } from '@tangent/contracts';

/** The first of the settings that the role may see. */
export const settingsPath = ({ id, role }: Pick<Project, 'id' | 'role'>): string =>
  `/projects/${id}/settings/${role === 'admin' ? 'members' : 'webhooks'}`;
