import path from 'node:path';
import type { QueueBackend } from '@tangent/queue';
import { type BlobsBackend, blobsBackendOf, maxS3BlobBytes } from '@tangent/storage';
import { privateHostsOf } from '@tangent/webhooks';

/** What the environment says; docs/runbook.md lists the variables. */
export interface Settings {
  readonly databaseUrl: string;
  readonly queue: QueueBackend;
  readonly blobs: BlobsBackend;
  /** Where uploads lie while they are looked at. */
  readonly uploadsFolder: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  /** Cookies are sent over https only. */
  readonly hasSecureCookies: boolean;
  /** Requests a minute for one session, token or address. */
  readonly requestsPerMinute: number;
  /** Logins a minute from one address. */
  readonly loginsPerMinute: number;
  readonly maxUploadBytes: number;
  /** Where the server's key lies, unless `secretKey` is it. */
  readonly dataFolder: string;
  readonly secretKey: string | undefined;
  /** Hosts that webhooks may name although they are private, and by plain http. */
  readonly webhookPrivateHosts: ReadonlySet<string>;
  /** The folder below which imports may read files of the server; without it none. */
  readonly importRoot?: string | undefined;
  /** Whoever sends it as a bearer token may read /metrics, and nothing else. */
  readonly metricsToken?: string | undefined;
}

/** Throws an Error that names the variable. */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const need = (name: string) => {
    const value = env[name];
    if (!value) throw new Error(`${name} is not set; npm start sets it, or see docs/runbook.md`);
    return value;
  };
  const number = (name: string, fallback: number) => {
    const value = Number(env[name] || fallback);
    if (!Number.isInteger(value) || value < 0)
      throw new Error(`${name} is “${env[name]}”; write a whole number`);
    return value;
  };
  const databaseUrl = need('DATABASE_URL');
  const kind = env.TANGENT_QUEUE || (env.REDIS_URL ? 'redis' : 'postgres');
  if (kind !== 'redis' && kind !== 'postgres')
    throw new Error(`TANGENT_QUEUE is “${kind}”; write redis or postgres`);
  const data = need('TANGENT_DATA');
  const blobs = blobsBackendOf(env, data);
  const maxUploadBytes = number('TANGENT_MAX_UPLOAD_BYTES', 2 * 1024 ** 3);
  if (blobs.kind === 's3' && maxUploadBytes > maxS3BlobBytes)
    throw new Error(
      `TANGENT_MAX_UPLOAD_BYTES is ${maxUploadBytes}; with blobs in a bucket it may be ${maxS3BlobBytes} at most`,
    );
  const metricsToken = env.TANGENT_METRICS_TOKEN || undefined;
  if (metricsToken !== undefined && !/^[\w.~+/=-]{16,}$/.test(metricsToken))
    throw new Error(
      'TANGENT_METRICS_TOKEN must have at least 16 characters, letters, digits and ._~+/=- only: openssl rand -hex 32',
    );
  return {
    databaseUrl,
    queue: kind === 'redis' ? { kind, url: need('REDIS_URL') } : { kind, databaseUrl },
    blobs,
    uploadsFolder: path.join(data, 'uploads'),
    host: env.API_HOST || '127.0.0.1',
    port: number('API_PORT', 4000),
    logLevel: env.LOG_LEVEL || 'info',
    hasSecureCookies: env.TANGENT_SECURE_COOKIES === '1',
    requestsPerMinute: number('TANGENT_REQUESTS_PER_MINUTE', 6000),
    loginsPerMinute: number('TANGENT_LOGINS_PER_MINUTE', 60),
    maxUploadBytes,
    dataFolder: data,
    secretKey: env.TANGENT_SECRET_KEY || undefined,
    webhookPrivateHosts: privateHostsOf(env.TANGENT_WEBHOOK_PRIVATE_HOSTS),
    importRoot: env.TANGENT_IMPORT_ROOT || undefined,
    metricsToken,
  };
}
