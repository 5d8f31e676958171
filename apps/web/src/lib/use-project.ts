import type { Project } from '@tangent/contracts';
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

export const canEngineer = (project: Project): boolean =>
  project.role === 'engineer' || project.role === 'admin';
