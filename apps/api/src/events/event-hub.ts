import { channels, type ProjectEvent, projectEvent } from '@tangent/contracts';
import { listen } from '@tangent/database';

/** An event with this project goes to the watchers of every project, under the project's own id. */
export const everyProject = '*';

export interface Watcher {
  /** `id` grows within one run of this process. */
  onEvent(event: ProjectEvent, id: string): void;
  /** The connection to the database was lost for a while: events of that time were missed. */
  onGap(): void;
}

/** Hands the events of all projects to those who watch one: one connection that listens, for the whole process. */
export interface EventHub {
  /** Calls back until the returned function is called. */
  watch(projectId: string, watcher: Watcher): () => void;
  /** The id of the last event; for what is sent beside events. */
  lastId(): string;
  close(): Promise<void>;
}

export async function openEventHub(
  databaseUrl: string,
  onError: (error: unknown) => void,
): Promise<EventHub> {
  const watchers = new Map<string, Set<Watcher>>();
  const run = Date.now().toString(36);
  let numEvents = 0;
  const lastId = () => `${run}-${numEvents}`;
  const tell = (projectId: string, event: ProjectEvent) => {
    for (const watcher of watchers.get(projectId) ?? []) watcher.onEvent(event, lastId());
  };
  const listener = await listen({
    url: databaseUrl,
    channels: [channels.events],
    onMessage({ payload }) {
      const event = projectEvent.parse(JSON.parse(payload));
      numEvents++;
      if (event.projectId !== everyProject) return tell(event.projectId, event);
      for (const projectId of watchers.keys()) tell(projectId, { ...event, projectId });
    },
    onReconnect() {
      for (const all of watchers.values()) for (const watcher of all) watcher.onGap();
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
    lastId,
    close: () => listener.close(),
  };
}
