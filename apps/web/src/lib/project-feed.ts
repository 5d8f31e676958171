import type { ProjectEvent } from '@tangent/contracts';
import { api, noteError } from './api';
import { Store } from './external-store';

export type FeedStatus = 'connecting' | 'live' | 'lost';
export interface FeedListener {
  readonly onEvent: (event: ProjectEvent) => void;
  /** The line is up again: events may have been missed, so read the state. */
  readonly onOpen?: () => void;
}

/** The events of one project on one connection, for everything on the page that listens. */
export class ProjectFeed {
  readonly status = new Store<FeedStatus>('connecting');
  readonly #projectId: string;
  readonly #listeners = new Set<FeedListener>();
  #controller: AbortController | null = null;

  constructor(projectId: string) {
    this.#projectId = projectId;
  }

  subscribe(listener: FeedListener): () => void {
    this.#listeners.add(listener);
    if (this.#controller === null) void this.#run();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#controller?.abort();
      this.#controller = null;
    };
  }

  async #run(): Promise<void> {
    const controller = new AbortController();
    this.#controller = controller;
    this.status.set('connecting');
    try {
      const events = api.streamEvents(
        { params: { projectId: this.#projectId } },
        {
          signal: controller.signal,
          onOpen: () => {
            this.status.set('live');
            for (const listener of this.#listeners) listener.onOpen?.();
          },
          onLost: () => this.status.set('lost'),
        },
      );
      for await (const event of events) {
        for (const listener of this.#listeners) listener.onEvent(event);
      }
    } catch (error) {
      this.status.set('lost');
      noteError(error);
    } finally {
      if (this.#controller === controller) this.#controller = null;
    }
  }

  /** Starts again after a refusal, e.g. when somebody logged in anew. */
  revive(): void {
    if (this.#controller === null && this.#listeners.size > 0) void this.#run();
  }
}

const feeds = new Map<string, ProjectFeed>();
export function projectFeed(projectId: string): ProjectFeed {
  let feed = feeds.get(projectId);
  if (feed === undefined) {
    feed = new ProjectFeed(projectId);
    feeds.set(projectId, feed);
  }
  return feed;
}
