import type { QueueBackend } from '@tangent/queue';
import { type BlobsBackend, blobsBackendOf } from '@tangent/storage';
import { privateHostsOf } from '@tangent/webhooks';

/** What the environment says; docs/runbook.md lists the variables. */
export interface Settings {
  readonly databaseUrl: string;
  readonly queue: QueueBackend;
  readonly blobs: BlobsBackend;
  readonly engine: string | undefined;
  /** 0 … 19: how far the worker’s computations give way to other programs of its machine. */
  readonly nice: number;
  readonly logLevel: string;
  /** Where the server's key lies, unless `secretKey` is it. */
  readonly dataFolder: string;
  readonly secretKey: string | undefined;
  /** Hosts that webhooks may name although they are private, and by plain http. */
  readonly webhookPrivateHosts: ReadonlySet<string>;
  /** The folder below which imports may read files of the server; without it none. */
  readonly importRoot: string | undefined;
}

/** Throws an Error that names the variable. */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const need = (name: string) => {
    const value = env[name];
    if (!value) throw new Error(`${name} is not set; npm start sets it, or see docs/runbook.md`);
    return value;
  };
  const databaseUrl = need('DATABASE_URL');
  const kind = env.TANGENT_QUEUE ?? (env.REDIS_URL ? 'redis' : 'postgres');
  if (kind !== 'redis' && kind !== 'postgres')
    throw new Error(`TANGENT_QUEUE is “${kind}”; write redis or postgres`);
  const nice = Number(env.TANGENT_WORKER_NICE || 19);
  if (!Number.isInteger(nice) || nice < 0 || nice > 19)
    throw new Error(`TANGENT_WORKER_NICE is “${env.TANGENT_WORKER_NICE}”; write a whole number from 0 to 19`);
  return {
    databaseUrl,
    queue: kind === 'redis' ? { kind, url: need('REDIS_URL') } : { kind, databaseUrl },
    blobs: blobsBackendOf(env, need('TANGENT_DATA')),
    engine: env.TANGENT_ENGINE || undefined,
    nice,
    logLevel: env.LOG_LEVEL ?? 'info',
    dataFolder: need('TANGENT_DATA'),
    secretKey: env.TANGENT_SECRET_KEY || undefined,
    webhookPrivateHosts: privateHostsOf(env.TANGENT_WEBHOOK_PRIVATE_HOSTS),
    importRoot: env.TANGENT_IMPORT_ROOT || undefined,
  };
}
