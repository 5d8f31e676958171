/** A process of the stack that a test may kill and start again. */
export interface StackProcess {
  /** undefined while it is not running */
  readonly pid: number | undefined;
  /** Of its last end; null while it runs, and after a signal that ended it. */
  readonly exitCode: number | null;
  /** Sends the signal (SIGKILL by default) and waits until the process is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it (again); the API and the web wait until they answer, with the same port and data. */
  start(more?: {
    /** Added to its environment, this time only. */
    readonly env?: Readonly<Record<string, string>>;
  }): Promise<void>;
  /** The end of its log. */
  log(numLines?: number): string;
}

/** A server of the stack alone, with its data on disk. */
export interface StackServer {
  /** Ends it at once (SIGKILL). */
  kill(): Promise<void>;
  /** Starts it again on the same port, with the data that it had. */
  start(): Promise<void>;
}

export interface Stack {
  /** e.g. http://127.0.0.1:41234, without a path */
  readonly apiUrl: string;
  readonly webUrl?: string;
  /** A migrated database of this stack alone, as its owner */
  readonly databaseUrl: string;
  /** The same as the programs use it: as a role that owns no table, but the queue's where that is in Postgres */
  readonly programUrl: string;
  /** undefined with queue 'postgres' */
  readonly redisUrl: string | undefined;
  /** TANGENT_DATA of all its processes; blobs lie in `blobs` below it */
  readonly dataDir: string;
  readonly admin: { readonly email: string; readonly password: string };
  readonly api: StackProcess;
  readonly workers: readonly StackProcess[];
  readonly web?: StackProcess;
  /** Only with `ownServers` */
  readonly servers: {
    readonly postgres?: StackServer;
    /** `lose`: ends it and removes all that it kept. */
    readonly redis?: StackServer & { lose(): Promise<void> };
  };
  /** Stops every process and removes database, queue and files. */
  stop(): Promise<void>;
}

export interface StackOptions {
  /** default 'redis' */
  readonly queue?: 'redis' | 'postgres';
  /** default 1; 0 makes an API without a worker */
  readonly numWorkers?: number;
  /** also start the web app; default false */
  readonly web?: boolean;
  /** Postgres and Redis of its own, which may be killed; default false: what DATABASE_URL names, and a Redis without a disk */
  readonly ownServers?: boolean;
  /** added to the environment of every process */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a private, complete Tangent from the built apps. Fails with the end of a log when something does not start. */
export function startStack(options?: StackOptions): Promise<Stack>;

/** A fresh, migrated database on the server; takes 0.1 s once the template is there. */
export function createTestDatabase(
  serverUrl?: string,
): Promise<{ readonly name: string; readonly url: string; drop(): Promise<void> }>;

export interface ThrowAwayServer {
  readonly port: number;
  /** Stops it and removes its files. */
  stop(): Promise<void>;
}

export function startThrowAwayPostgres(): Promise<ThrowAwayServer & { urlOf(database: string): string }>;
export function startThrowAwayRedis(): Promise<ThrowAwayServer & { readonly url: string }>;
