// API, web and workers of `npm start`.
import path from 'node:path';
import { apps } from '../lib/apps.mjs';
import { untilReady } from '../lib/children.mjs';
import { Failure } from '../lib/process.mjs';
import { supervised } from './supervisor.mjs';

/**
 * Starts them all, waits until API and web answer, and from then on keeps them running.
 *
 * @param {{ env: NodeJS.ProcessEnv, dir: string, numWorkers: number, apiUrl: string, webUrl: string,
 *   plan: ReturnType<typeof import('../lib/shutdown.mjs').shutdownPlan>, progress: (text: string) => void }} options
 */
export async function startApps({ env, dir, numWorkers, apiUrl, webUrl, plan, progress }) {
  const isLoud = Boolean(process.env.TANGENT_LOG) && process.env.TANGENT_LOG !== '0';
  const make = (name, app) =>
    supervised({ name, ...app, env, isLoud, logFile: path.join(dir, 'logs', `${name}.log`) });
  const api = make('api', apps.api);
  const web = make('web', apps.web);
  const workers = Array.from({ length: numWorkers }, (_, i) => make(`worker-${i + 1}`, apps.worker));
  const all = [api, web, ...workers];

  // Undone backwards: web and workers stop first, then the API they talk to.
  const killAll = (group) => () => Promise.all(group.map((child) => child.kill()));
  plan.onStop('API', () => api.stop(), killAll([api]));
  plan.onStop(
    'web and workers',
    () => Promise.all([web, ...workers].map((child) => child.stop())),
    killAll([web, ...workers]),
  );

  for (const child of all) child.start();
  progress('waiting for API and web to answer');
  await Promise.all([untilReady(`${apiUrl}/healthz`, { child: api }), untilReady(webUrl, { child: web })]);
  for (const child of all) child.keep();
  const dead = workers.find((worker) => !worker.isRunning());
  if (dead)
    throw new Failure(`${dead.name} ended at once. The end of its log ${dead.logFile}:\n${dead.tail()}`);
  return { note: `${apiUrl}, ${webUrl}` };
}

/** TANGENT_WORKERS as a number. */
export function numWorkersFrom(env = process.env) {
  const text = env.TANGENT_WORKERS || '1';
  const count = Number(text);
  if (!Number.isInteger(count) || count < 0 || count > 64) {
    throw new Failure(`TANGENT_WORKERS=${text} is no number of worker processes (0 to 64)`);
  }
  return count;
}
