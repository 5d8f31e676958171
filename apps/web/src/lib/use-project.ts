import type { Project, Role } from '@tangent/contracts';
import useSWR from 'swr';
import { api } from './api';

const workersLookMs = 10_000;

/** A project with counts and the number of live workers, looked at again every ten seconds. */
export function useProject(projectId: string) {
  return useSWR<Project>(['project', projectId], () => api.getProject({ params: { projectId } }), {
    refreshInterval: workersLookMs,
    keepPreviousData: true,
  });
}

const listed = 200;
export function useProjects() {
  return useSWR(['projects'], () => api.listProjects({ query: { limit: listed } }));
}

const roleOrder: readonly Role[] = ['annotator', 'reviewer', 'engineer', 'admin'];
/** What a role may not do is not offered; the API refuses it anyway. */
export const isAtLeast = (project: Pick<Project, 'role'>, role: Role): boolean =>
  roleOrder.indexOf(project.role) >= roleOrder.indexOf(role);

export const canEngineer = (project: Project): boolean =>
  project.role === 'engineer' || project.role === 'admin';
