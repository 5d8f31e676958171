import { openDatabase, openLiveReplies } from '@tangent/database';
import { folderStore } from '@tangent/storage';
import { buildApp } from './app.js';
import { openEventHub } from './events/event-hub.js';
import { startHousekeeping } from './housekeeping.js';
import { readSettings } from './settings.js';

const stopWithinMs = 8000;

const settings = readSettings();
const db = openDatabase({ url: settings.databaseUrl, maxConnections: 20, applicationName: 'tangent api' });
const warn = (error: unknown) => app?.log.warn({ err: error }, 'background');
const events = await openEventHub(settings.databaseUrl, warn);
const replies = await openLiveReplies(db, { onError: warn });
const app = await buildApp({ db, blobs: await folderStore(settings.blobsFolder), events, replies, settings });
const housekeeping = startHousekeeping(db, warn);
await app.listen({ host: settings.host, port: settings.port });

let isStopping = false;
async function stop(reason: string): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  app.log.info({ reason }, 'stopping');
  setTimeout(() => process.exit(1), stopWithinMs).unref();
  await app.close();
  await housekeeping.stop();
  await events.close();
  await replies.close();
  await db.close();
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(signal));
process.on('disconnect', () => void stop('the launcher is gone'));
