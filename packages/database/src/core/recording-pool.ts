import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';

interface Slot {
  client: pg.PoolClient | undefined;
}

type ConnectCallback = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: Error | boolean) => void,
) => void;

const slots = new AsyncLocalStorage<Slot>();

/**
 * A pool that tells which connection it gave to whom. Prisma takes a connection of its own for a transaction and
 * keeps it hidden; with this the statements that Prisma cannot express (SKIP LOCKED, unnest, bytes without base64)
 * run on that same connection, in that same transaction.
 */
export class RecordingPool extends pg.Pool {
  override connect(): Promise<pg.PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<pg.PoolClient> | undefined {
    if (callback) {
      super.connect(callback);
      return undefined;
    }
    const slot = slots.getStore();
    if (slot === undefined || slot.client !== undefined) return super.connect();
    return super.connect().then((client) => {
      slot.client = client;
      return client;
    });
  }
}

/** Runs `work`; `recorded` gives the first connection that a RecordingPool handed out inside it. */
export function recordConnection<T>(work: (recorded: () => pg.PoolClient) => Promise<T>): Promise<T> {
  const slot: Slot = { client: undefined };
  return slots.run(slot, () =>
    work(() => {
      if (slot.client === undefined) throw new Error('no connection was taken from the pool yet');
      return slot.client;
    }),
  );
}
