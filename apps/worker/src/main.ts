import { chooseEngine, startComputeThread } from '@tangent/compute';
import { openDatabase } from '@tangent/database';
import { openQueue } from '@tangent/queue';
import { openBlobs } from '@tangent/storage';
import { closeTracing, startTracing } from '@tangent/tracing';
import { loadServerKey } from '@tangent/webhooks';
import pino from 'pino';
import type { Handlers } from './compute/handlers.js';
import type { ShowingHandlers } from './compute/showing-thread.js';
import { pixelLoader } from './inputs/pixel-loader.js';
import { startLiveManager } from './live/live-manager.js';
import { watchCancellations } from './process/cancellations.js';
import { startHeartbeat } from './process/heartbeat.js';
import { jobHandlers } from './process/job-handlers.js';
import { lowerHelperThreads } from './process/lower-priority.js';
import { startRelay } from './relay/start-relay.js';
import { isRetryable, writeFailure } from './rounds/failures.js';
import { readSettings } from './settings.js';
import { startWebhooks } from './webhooks/start-webhooks.js';

/** Jobs that run when the worker is told to stop have this long; then they go to another worker. */
const stopWithinMs = 8000;
/** A collector that is slow or away gets no more than this when the worker stops. */
const sendSpansWithinMs = 1000;

const settings = readSettings();
lowerHelperThreads(settings.nice);
const log = pino({ level: settings.logLevel, base: { app: 'worker', pid: process.pid } });
await startTracing({ serviceName: 'tangent-worker', log: (line) => log.warn(line) });
const db = openDatabase({ url: settings.databaseUrl, maxConnections: 10, applicationName: 'tangent worker' });
await db.followClock();
const blobs = await openBlobs(settings.blobs);
const queue = await openQueue(settings.queue);
const engine = await chooseEngine({ engine: settings.engine, log: (line) => log.info(line) });

const pixels = pixelLoader(blobs);

// Rounds, live updates and reports compute in threads of their own, each started by its first call: a label never waits
// for a training, nor for a report. All of them give way to the API and the database; this thread does not, for it renews
// the locks of the jobs.
const thread = () =>
  startComputeThread<Handlers>(new URL('./compute/thread.js', import.meta.url), {
    workerData: { engine: engine.name, nice: settings.nice },
  });
const [forRounds, forLive, forReports] = [thread(), thread(), thread()];
const forShowing = startComputeThread<ShowingHandlers>(
  new URL('./compute/showing-thread.js', import.meta.url),
  { workerData: { nice: settings.nice } },
);

const heartbeat = await startHeartbeat(db, engine, log);
const cancellations = await watchCancellations(db, log);
const relay = await startRelay({ db, queue, log });
const live = await startLiveManager({
  db,
  blobs,
  compute: forLive,
  showing: forShowing,
  reports: forReports,
  pixels,
  log,
});
const webhooks = startWebhooks({
  db,
  serverKey: await loadServerKey({ folder: settings.dataFolder, secret: settings.secretKey }),
  policy: { privateHosts: settings.webhookPrivateHosts },
  log,
});
const consumer = queue.consume({
  handlers: jobHandlers({
    context: { db, blobs, compute: forRounds, pixels, engine: engine.name },
    importRoot: settings.importRoot,
    cancellations,
    heartbeat,
    log,
  }),
  isRetryable,
  onFailed: async (job, error) => {
    log.error({ err: error, job: job.name, ...job.payload }, 'job failed');
    await writeFailure(db, job, error);
  },
  log: (line) => log.warn(line),
});
log.info({ workerId: heartbeat.workerId, engine: engine.name, device: engine.device }, 'worker ready');

let isStopping = false;
async function stop(reason: string): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  log.info({ reason }, 'stopping');
  setTimeout(() => process.exit(1), stopWithinMs + 2000).unref();
  await consumer.close(stopWithinMs);
  await live.close();
  await webhooks.close();
  await relay.close();
  await cancellations.close();
  await heartbeat.close();
  await Promise.all([forRounds, forLive, forShowing, forReports].map((one) => one.close()));
  await queue.close();
  await db.close();
  await closeTracing(sendSpansWithinMs);
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(signal));
process.on('disconnect', () => void stop('the launcher is gone'));
