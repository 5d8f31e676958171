import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { connectionConfig, type Queryable } from './database.js';
import { asTangentError } from './errors.js';

export interface Listener {
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly url: string;
  readonly channels: readonly string[];
  /** Called in the order of arrival. What it throws goes to `onError`. */
  readonly onMessage: (message: { channel: string; payload: string }) => void;
  /** After the connection was lost and is back: whatever was announced in between was missed; look it up. */
  readonly onReconnect?: () => void;
  /** A lost connection, a failed attempt to get it back, or an error of a callback. */
  readonly onError?: (error: unknown) => void;
}

const firstDelayMs = 100;
const longestDelayMs = 5_000;

/**
 * Listens on a connection of its own, which is re-made when it breaks (after 0.1 s, doubling up to 5 s).
 * Resolves once it listens; throws `database-unavailable` when the first connection fails.
 */
export async function listen(options: ListenOptions): Promise<Listener> {
  const closing = new AbortController();
  let connection = await connect(options);
  const guarded = (work: () => void) => {
    try {
      work();
    } catch (error) {
      options.onError?.(error);
    }
  };

  const keep = async () => {
    for (;;) {
      await connection.lost;
      if (closing.signal.aborted) return;
      options.onError?.(new Error('the connection that listens for notifications was lost'));
      const again = await reconnect(options, closing.signal);
      if (again === undefined) return;
      connection = again;
      guarded(() => options.onReconnect?.());
    }
  };
  const keeping = keep();
  return {
    async close() {
      closing.abort();
      await connection.end();
      await keeping;
    },
  };
}

interface Connection {
  readonly lost: Promise<void>;
  end(): Promise<void>;
}

async function connect({ url, channels, onMessage, onError }: ListenOptions): Promise<Connection> {
  const client = new pg.Client(connectionConfig(url, 'tangent listener'));
  const lost = new Promise<void>((resolve) => {
    client.once('end', resolve);
    client.on('error', () => resolve());
  });
  client.on('notification', ({ channel, payload }) => {
    try {
      onMessage({ channel, payload: payload ?? '' });
    } catch (error) {
      onError?.(error);
    }
  });
  try {
    await client.connect();
    for (const channel of channels) await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw asTangentError(error);
  }
  // Ending a connection that is gone already fails; it is ended either way.
  return { lost, end: () => client.end().catch(() => undefined) };
}

async function reconnect(options: ListenOptions, signal: AbortSignal): Promise<Connection | undefined> {
  for (let delayMs = firstDelayMs; !signal.aborted; delayMs = Math.min(2 * delayMs, longestDelayMs)) {
    // Aborted by close(): the loop's condition ends it.
    await wait(delayMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return undefined;
    try {
      const connection = await connect(options);
      if (!signal.aborted) return connection;
      await connection.end();
    } catch (error) {
      options.onError?.(error);
    }
  }
  return undefined;
}

/** Announces at commit. Postgres refuses payloads of 8,000 bytes or more. */
export async function notify(tx: Queryable, channel: string, payload: string): Promise<void> {
  await tx.query('SELECT pg_notify($1, $2)', [channel, payload]);
}
