import { channels, liveSignal, projectEvent } from '@tangent/contracts';
import {
  type Listener,
  listen,
  listLiveProjects,
  removeOldQuestions,
  tryHoldProject,
} from '@tangent/database';
import { repeated } from '../process/repeated.js';
import type { LiveContext } from './live-context.js';
import { LiveProject } from './live-project.js';

/** How often a worker looks for projects that nobody holds, and for signals that it missed. */
const lookAgainMs = 2000;
/** Live models in one worker; more projects wait for other workers. */
const maxProjects = 16;

export interface LiveManager {
  close(): Promise<void>;
}

/**
 * Keeps the live models of the projects that this worker could take hold of. A project has one holder; when that one
 * dies its hold is free, and the next look of another worker takes it up.
 */
export async function startLiveManager(context: LiveContext): Promise<LiveManager> {
  const { db, log } = context;
  const projects = new Map<string, LiveProject>();
  let isClosed = false;
  const wake = (projectId: string) => projects.get(projectId)?.wake();
  const listener: Listener = await listen({
    url: db.url,
    channels: [channels.events, channels.live],
    onMessage({ channel, payload }) {
      if (channel === channels.live) {
        const signal = liveSignal.parse(JSON.parse(payload));
        if (signal.kind === 'question') wake(signal.projectId);
        return;
      }
      const event = projectEvent.parse(JSON.parse(payload));
      if (event.type === 'label.created') wake(event.projectId);
      if (event.type === 'round.done' && event.status === 'done') {
        if (projects.has(event.projectId)) wake(event.projectId);
        else look.now();
      }
    },
    onReconnect: () => {
      for (const project of projects.values()) project.wake();
    },
    onError: (error) => log.warn({ err: error }, 'listening for labels'),
  });

  const look = repeated(
    lookAgainMs,
    async () => {
      await removeOldQuestions(db);
      const all = await listLiveProjects(db);
      const isLive = new Set(all.map(({ projectId }) => projectId));
      // A project that was put away, or whose last round was a cold start, frees its place.
      for (const [projectId, project] of projects) {
        if (isLive.has(projectId)) continue;
        projects.delete(projectId);
        await project.close();
      }
      for (const { projectId } of all) {
        if (isClosed) return;
        if (projects.has(projectId)) wake(projectId);
        else if (projects.size < maxProjects) await take(projectId);
      }
    },
    (error) => log.warn({ err: error }, 'looking for live projects'),
  );

  async function take(projectId: string): Promise<void> {
    const hold = await tryHoldProject(db, projectId);
    if (!hold) return;
    const project = new LiveProject(context, hold);
    projects.set(projectId, project);
    log.info({ projectId }, 'holds the live model');
    hold.lost
      .then(() => {
        projects.delete(projectId);
        log.warn({ projectId }, 'lost the hold of the live model');
        return project.close();
      })
      .catch((error: unknown) => log.warn({ err: error }, 'closing a lost live model'));
    project.wake();
  }

  look.now();
  return {
    async close() {
      isClosed = true;
      await look.stop();
      await listener.close();
      await Promise.all([...projects.values()].map((project) => project.close()));
    },
  };
}
