import type {
  BodyInputOf,
  Endpoint,
  EndpointName,
  Endpoints,
  ImportedNetwork,
  Operation,
  ParamsOf,
  ProjectEvent,
  QueryOf,
  ResponseOf,
} from '@tangent/contracts';
import type { RetryPolicy } from './retry.js';

/** How a caller proves who it is. */
export type Auth =
  | { readonly token: string }
  /** A browser: the session cookie travels by itself, the CSRF token is asked for on every write. */
  | { readonly csrfToken: () => string | null | undefined }
  /** A Node process that logged in by itself; see `login`. */
  | { readonly cookie: () => string; readonly csrfToken: () => string };

export interface ClientOptions {
  /** Before `/v1/…`: `/api` in the browser, `http://127.0.0.1:4000` elsewhere. */
  readonly baseUrl: string;
  /** Default: the global fetch. */
  readonly fetch?: typeof globalThis.fetch;
  readonly auth?: Auth;
  readonly retries?: Partial<RetryPolicy>;
}

/** As of fetch; Node has no name for it. */
export type RequestPriority = 'high' | 'low' | 'auto';

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** For POST; default: a new one per call, reused over its repetitions. */
  readonly idempotencyKey?: string;
  /** ETag of what the caller believes to be changing. */
  readonly ifMatch?: string;
  readonly retries?: Partial<RetryPolicy>;
  /** Let the request outlive the page (at most 64 KiB). */
  readonly keepalive?: boolean;
  /** Which requests a browser sends first where its connections are taken; default: its own choice. */
  readonly priority?: RequestPriority;
}

/** `dryRun` changes the kind of the answer; there is a call of its own for that, such as `estimateRound`. */
type WithoutDryRun<Body> = 'dryRun' extends keyof Body ? Omit<Body, 'dryRun'> : Body;

type Loose<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** What a call needs: the parts that its endpoint declares. */
export type Args<E extends Endpoint> = (ParamsOf<E> extends undefined
  ? unknown
  : { readonly params: ParamsOf<E> }) &
  (QueryOf<E> extends undefined ? unknown : { readonly query?: Loose<QueryOf<E>> }) &
  (BodyInputOf<E> extends undefined ? unknown : { readonly body: WithoutDryRun<BodyInputOf<E>> });

export type Answer<E extends Endpoint> = ResponseOf<E>;

/** A call whose endpoint needs nothing may be made without arguments. */
export type Call<E extends Endpoint> =
  Record<never, never> extends Args<E>
    ? (args?: Args<E>, options?: CallOptions) => Promise<Answer<E>>
    : (args: Args<E>, options?: CallOptions) => Promise<Answer<E>>;

/** Endpoints that answer with a stream, or take a file: they have methods of their own. */
export type SpecialName =
  | 'createImport'
  | 'createNetwork'
  | 'getItemMedia'
  | 'createExport'
  | 'getModel'
  | 'getRoundReport'
  | 'exportAudit'
  | 'streamEvents';
export type PlainName = Exclude<EndpointName, SpecialName>;

/** Names of the endpoints that answer with a page. */
export type PagedName = {
  [N in PlainName]: ResponseOf<Endpoints[N]> extends { items: unknown[]; nextCursor: string | null }
    ? N
    : never;
}[PlainName];
export type ItemOf<N extends PagedName> = ResponseOf<Endpoints[N]> extends { items: (infer T)[] } ? T : never;

export interface UploadImport {
  readonly params: ParamsOf<Endpoints['createImport']>;
  readonly query?: Loose<QueryOf<Endpoints['createImport']>>;
  /** In Node: `await fs.openAsBlob(path)`, which is not read into memory. */
  readonly file: Blob;
  /** Its ending says the format where the content does not, unless `query.format` does. */
  readonly fileName: string;
}

export interface ImportFromServer {
  readonly params: ParamsOf<Endpoints['createImport']>;
  readonly query?: Loose<QueryOf<Endpoints['createImport']>>;
  /** A file, or a folder of images, below the folder that the server may import from. */
  readonly path: string;
}

export interface UploadNetwork {
  readonly params: ParamsOf<Endpoints['createNetwork']>;
  /** A ZIP of model.json and its weight files, or an ONNX file. */
  readonly file: Blob;
  readonly fileName: string;
}

export interface StreamOptions {
  readonly signal?: AbortSignal;
  /** Called whenever the stream is connected: what happened before was missed, so read the state again. */
  readonly onOpen?: () => void;
  /** Called when the connection was lost, before the wait. */
  readonly onLost?: (error: unknown, retryInMs: number) => void;
  /** Connect again when the server was silent for so long; default 45,000 (it sends comments every 15 s). */
  readonly idleTimeoutMs?: number;
}

export interface PollOptions {
  readonly signal?: AbortSignal;
  /** First wait between two looks, growing to five times as long; default 200. */
  readonly intervalMs?: number;
  /** Throws after so long; default 10 minutes. */
  readonly timeoutMs?: number;
}

export type Client = { readonly [N in PlainName]: Call<Endpoints[N]> } & {
  /** Starts an import of one file; poll it with `waitForOperation`. */
  uploadImport(args: UploadImport, options?: CallOptions): Promise<Operation>;
  /** Starts an import of what lies on the server; poll it with `waitForOperation`. */
  importFromServer(args: ImportFromServer, options?: CallOptions): Promise<Operation>;
  uploadNetwork(args: UploadNetwork, options?: CallOptions): Promise<ImportedNetwork>;
  /** The bytes of an item's image. */
  getItemMedia(args: Args<Endpoints['getItemMedia']>, options?: CallOptions): Promise<Blob>;
  /** Streams the export; memory stays constant as long as the reader does. */
  createExport(
    args: Args<Endpoints['createExport']>,
    options?: CallOptions,
  ): Promise<ReadableStream<Uint8Array>>;
  /** The ZIP of the model that serves now. */
  getModel(args: Args<Endpoints['getModel']>, options?: CallOptions): Promise<Blob>;
  /** Streams the record of a round as JSON. */
  getRoundReport(
    args: Args<Endpoints['getRoundReport']>,
    options?: CallOptions,
  ): Promise<ReadableStream<Uint8Array>>;
  /** Streams the audit as a file. */
  exportAudit(
    args?: Args<Endpoints['exportAudit']>,
    options?: CallOptions,
  ): Promise<ReadableStream<Uint8Array>>;
  /** Events of a project, connected again whenever the line breaks, until the signal is aborted. */
  streamEvents(
    args: Args<Endpoints['streamEvents']>,
    options?: StreamOptions,
  ): AsyncIterableIterator<ProjectEvent>;
  /** All rows of a list, page after page. */
  each<N extends PagedName>(
    name: N,
    args: Args<Endpoints[N]>,
    options?: CallOptions,
  ): AsyncIterableIterator<ItemOf<N>>;
  /** The answer together with its ETag, for a later `ifMatch`. */
  getProjectWithEtag(
    args: Args<Endpoints['getProject']>,
    options?: CallOptions,
  ): Promise<{ readonly project: Answer<Endpoints['getProject']>; readonly etag: string | null }>;
  waitForOperation(operationId: string, options?: PollOptions): Promise<Operation>;
  /** Until the map is laid out, or there is a reason why there is none. */
  waitForMap(projectId: string, options?: PollOptions): Promise<Answer<Endpoints['getMap']>>;
  waitForRound(roundId: string, options?: PollOptions): Promise<Answer<Endpoints['getRound']>>;
};
