import { channels, type ProjectEvent, projectEvent } from '@tangent/contracts';
import { listen } from '@tangent/database';

/** Hands the events of all projects to those who watch one: one connection that listens, for the whole process. */
export interface EventHub {
  /** Calls back until the returned function is called. */
  watch(projectId: string, watcher: (event: ProjectEvent) => void): () => void;
  close(): Promise<void>;
}

export async function openEventHub(
  databaseUrl: string,
  onError: (error: unknown) => void,
): Promise<EventHub> {
  const watchers = new Map<string, Set<(event: ProjectEvent) => void>>();
  const listener = await listen({
    url: databaseUrl,
    channels: [channels.events],
    onMessage({ payload }) {
      const event = projectEvent.parse(JSON.parse(payload));
      for (const watcher of watchers.get(event.projectId) ?? []) watcher(event);
    },
    onError,
  });
  return {
    watch(projectId, watcher) {
      const all = watchers.get(projectId) ?? new Set();
      watchers.set(projectId, all.add(watcher));
      return () => {
        all.delete(watcher);
        if (all.size === 0) watchers.delete(projectId);
      };
    },
    close: () => listener.close(),
  };
}
