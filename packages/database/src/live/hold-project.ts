import pg from 'pg';
import { connectionConfig, type Database } from '../core/database.js';
import { asTangentError } from '../core/errors.js';

/** Held on a connection of its own: freed by release(), or by the death of the process or of the connection. */
export interface ProjectHold {
  readonly projectId: string;
  /** Resolves when the hold is lost without release(): another worker may have it, so stop writing. */
  readonly lost: Promise<void>;
  release(): Promise<void>;
}

/** The right to write a project's live ranking. Null: another worker has it. */
export async function tryHoldProject(db: Database, projectId: string): Promise<ProjectHold | null> {
  const client = new pg.Client(connectionConfig(db.url, 'tangent live model'));
  let isReleased = false;
  const lost = new Promise<void>((resolve) => {
    const onEnd = () => {
      if (!isReleased) resolve();
    };
    client.once('end', onEnd);
    client.on('error', onEnd);
  });
  const release = async () => {
    isReleased = true;
    // Ending a connection that is gone already fails; its lock is gone with it.
    await client.end().catch(() => undefined);
  };
  try {
    await client.connect();
    const { rows } = await client.query<{ held: boolean }>(
      `SELECT pg_try_advisory_lock(hashtextextended('tangent live ' || $1, 0)) AS held`,
      [projectId],
    );
    if (rows[0]!.held) return { projectId, lost, release };
  } catch (error) {
    await release();
    throw asTangentError(error);
  }
  await release();
  return null;
}
