import path from 'node:path';

/** What the environment says; docs/runbook.md lists the variables. */
export interface Settings {
  readonly databaseUrl: string;
  readonly blobsFolder: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  /** Cookies are sent over https only. */
  readonly hasSecureCookies: boolean;
  /** Requests a minute for one session, token or address. */
  readonly requestsPerMinute: number;
}

/** Throws an Error that names the variable. */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const need = (name: string) => {
    const value = env[name];
    if (!value) throw new Error(`${name} is not set; npm start sets it, or see docs/runbook.md`);
    return value;
  };
  const number = (name: string, fallback: number) => {
    const value = Number(env[name] ?? fallback);
    if (!Number.isInteger(value) || value < 0)
      throw new Error(`${name} is “${env[name]}”; write a whole number`);
    return value;
  };
  return {
    databaseUrl: need('DATABASE_URL'),
    blobsFolder: path.join(need('TANGENT_DATA'), 'blobs'),
    host: env.API_HOST ?? '127.0.0.1',
    port: number('API_PORT', 4000),
    logLevel: env.LOG_LEVEL ?? 'info',
    hasSecureCookies: env.TANGENT_SECURE_COOKIES === '1',
    requestsPerMinute: number('TANGENT_REQUESTS_PER_MINUTE', 6000),
  };
}
