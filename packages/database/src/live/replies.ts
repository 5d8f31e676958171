import { channels, liveSignal } from '@tangent/contracts';
import type { Database } from '../core/database.js';
import { listen } from '../core/listen.js';

/** Hears the replies to all questions of a process on one connection. */
export interface LiveReplies {
  /** True when a reply was announced, or may have been while the connection was away; false when the time is over. */
  waitFor(requestId: string, timeoutMs: number): Promise<boolean>;
  close(): Promise<void>;
}

export async function openLiveReplies(
  db: Database,
  { onError }: { onError?: (error: unknown) => void } = {},
): Promise<LiveReplies> {
  const waiting = new Map<string, (isThere: boolean) => void>();
  const listener = await listen({
    url: db.url,
    channels: [channels.live],
    onMessage({ payload }) {
      const signal = liveSignal.parse(JSON.parse(payload));
      if (signal.kind === 'reply') waiting.get(signal.requestId)?.(true);
    },
    onReconnect() {
      for (const settle of [...waiting.values()]) settle(true);
    },
    ...(onError && { onError }),
  });
  return {
    waitFor(requestId, timeoutMs) {
      return new Promise<boolean>((resolve) => {
        const settle = (isThere: boolean) => {
          clearTimeout(timer);
          waiting.delete(requestId);
          resolve(isThere);
        };
        const timer = setTimeout(settle, timeoutMs, false);
        waiting.set(requestId, settle);
      });
    },
    async close() {
      for (const settle of [...waiting.values()]) settle(false);
      await listener.close();
    },
  };
}
