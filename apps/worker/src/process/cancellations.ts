import { channels, projectEvent } from '@tangent/contracts';
import { type Database, listen } from '@tangent/database';
import type { Logger } from 'pino';

/** Tells jobs that run right now when their round was cancelled. What was missed is caught by the guarded writes. */
export interface Cancellations {
  /** Runs work with a signal that aborts when the round is cancelled; work that ends by that is no failure. */
  guard(roundId: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export async function watchCancellations(db: Database, log: Logger): Promise<Cancellations> {
  const running = new Map<string, Set<AbortController>>();
  const listener = await listen({
    url: db.url,
    channels: [channels.events],
    onMessage({ payload }) {
      const event = projectEvent.parse(JSON.parse(payload));
      if (event.type === 'round.done' && event.status === 'cancelled')
        for (const controller of running.get(event.roundId) ?? [])
          controller.abort(new Error('the round was cancelled'));
    },
    onError: (error) => log.warn({ err: error }, 'listening for cancellations'),
  });
  return {
    async guard(roundId, signal, work) {
      const controller = new AbortController();
      const controllers = running.get(roundId) ?? new Set();
      running.set(roundId, controllers.add(controller));
      try {
        await work(AbortSignal.any([signal, controller.signal]));
      } catch (error) {
        if (!controller.signal.aborted) throw error;
        log.info({ roundId }, 'stopped: the round was cancelled');
      } finally {
        controllers.delete(controller);
        if (controllers.size === 0) running.delete(roundId);
      }
    },
    close: () => listener.close(),
  };
}
