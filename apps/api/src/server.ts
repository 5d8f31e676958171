import { mkdir } from 'node:fs/promises';
import { openDatabase, openLiveReplies } from '@tangent/database';
import { openBlobs } from '@tangent/storage';
import { closeTracing, startTracing } from '@tangent/tracing';
import { loadServerKey } from '@tangent/webhooks';
import type { FastifyInstance } from 'fastify';
import { buildApp } from './app.js';
import { openEventHub } from './events/event-hub.js';
import { startHousekeeping } from './housekeeping.js';
import { sweepUploads } from './http/upload.js';
import { queueConnection } from './queues/queue-connection.js';
import { readSettings } from './settings.js';

/** Requests that run when the server is told to stop have this long. */
const stopWithinMs = 8000;
/** A collector that is slow or away gets no more than this of it. */
const sendSpansWithinMs = 1000;

const settings = readSettings();
let built: FastifyInstance | undefined;
await mkdir(settings.uploadsFolder, { recursive: true });
await sweepUploads(settings.uploadsFolder);
await startTracing({ serviceName: 'tangent-api', log: (line) => built?.log.warn(line) });
const db = openDatabase({ url: settings.databaseUrl, maxConnections: 20, applicationName: 'tangent api' });
await db.followClock();
const warn = (error: unknown) => built?.log.warn({ err: error }, 'background');
const events = await openEventHub(settings.databaseUrl, warn);
const replies = await openLiveReplies(db, { onError: warn });
const blobs = await openBlobs(settings.blobs);
const queue = queueConnection(settings.queue);
const serverKey = await loadServerKey({ folder: settings.dataFolder, secret: settings.secretKey });
const app = await buildApp({ db, blobs, queue, events, replies, serverKey, settings });
built = app;
const housekeeping = startHousekeeping(db, warn);
await app.listen({ host: settings.host, port: settings.port });

let isStopping = false;
async function stop(reason: string): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  app.log.info({ reason }, 'stopping');
  setTimeout(() => {
    app.log.warn('some requests did not end in time');
    process.exit(1);
  }, stopWithinMs).unref();
  await app.close();
  await housekeeping.stop();
  await Promise.all([events.close(), replies.close(), queue.close()]);
  await db.close();
  await closeTracing(sendSpansWithinMs);
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(signal));
process.on('disconnect', () => void stop('the launcher is gone'));
