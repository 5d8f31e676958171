import { channels, type ProjectEvent } from '@tangent/contracts';
import type { Queryable } from './database.js';
import { notify } from './listen.js';

/** Tells the watchers of a project, at commit. */
export async function announce(tx: Queryable, event: ProjectEvent): Promise<void> {
  await notify(tx, channels.events, JSON.stringify(event));
}
