import type { EndpointName, ImportedNetwork, Operation, PoolMap, Project, Round } from '@tangent/contracts';
import { streamEvents } from './events.js';
import { pathFor, routes } from './routes.js';
import { type Outgoing, send } from './send.js';
import type { CallOptions, Client, ClientOptions } from './types.js';
import { pollUntil } from './wait.js';

interface LooseArgs {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
}

const specialNames = new Set<EndpointName>([
  'createImport',
  'createNetwork',
  'getItemMedia',
  'createExport',
  'getModel',
  'getRoundReport',
  'exportAudit',
  'streamEvents',
]);
const finalRoundStatuses: readonly Round['status'][] = ['done', 'failed', 'cancelled'];

function outgoingOf(name: EndpointName, args: LooseArgs = {}): Outgoing {
  const [method, path] = routes[name];
  const { body } = args;
  return {
    method,
    path: pathFor(path, args.params, args.query),
    ...(body === undefined
      ? {}
      : { body: () => ({ content: JSON.stringify(body), contentType: 'application/json' }) }),
  };
}

async function answerOf(response: Response): Promise<unknown> {
  return response.status === 204 ? undefined : response.json();
}

/** A typed client of the REST API: one method per endpoint of the contracts, named like it. */
export function createClient(options: ClientOptions): Client {
  const call = async (name: EndpointName, args?: LooseArgs, callOptions?: CallOptions): Promise<unknown> =>
    answerOf(await send(options, outgoingOf(name, args), callOptions));

  const plain = Object.fromEntries(
    (Object.keys(routes) as EndpointName[])
      .filter((name) => !specialNames.has(name))
      .map((name) => [name, (args?: LooseArgs, callOptions?: CallOptions) => call(name, args, callOptions)]),
  );

  const special: Pick<
    Client,
    | 'uploadImport'
    | 'importFromServer'
    | 'uploadNetwork'
    | 'getItemMedia'
    | 'createExport'
    | 'getModel'
    | 'getRoundReport'
    | 'exportAudit'
    | 'streamEvents'
    | 'each'
    | 'getProjectWithEtag'
    | 'waitForOperation'
    | 'waitForRound'
    | 'waitForMap'
  > = {
    async uploadImport({ params, query, file, fileName }, callOptions) {
      const outgoing = outgoingOf('createImport', query === undefined ? { params } : { params, query });
      const body = formOf(file, fileName);
      return (await answerOf(await send(options, { ...outgoing, body }, callOptions))) as Operation;
    },
    async importFromServer({ params, query, path }, callOptions) {
      const body = { source: { path } };
      const outgoing = outgoingOf('createImport', { params, ...(query && { query }), body });
      return (await answerOf(await send(options, outgoing, callOptions))) as Operation;
    },
    async uploadNetwork({ params, file, fileName }, callOptions) {
      const body = formOf(file, fileName);
      const outgoing = { ...outgoingOf('createNetwork', { params }), body };
      return (await answerOf(await send(options, outgoing, callOptions))) as ImportedNetwork;
    },
    async getItemMedia(args, callOptions) {
      return (
        await send(options, { ...outgoingOf('getItemMedia', args), accept: 'image/*' }, callOptions)
      ).blob();
    },
    createExport: async (args, callOptions) =>
      streamOf(await send(options, { ...outgoingOf('createExport', args), accept: '*/*' }, callOptions)),
    getRoundReport: async (args, callOptions) =>
      streamOf(await send(options, outgoingOf('getRoundReport', args), callOptions)),
    exportAudit: async (args, callOptions) =>
      streamOf(await send(options, { ...outgoingOf('exportAudit', args), accept: '*/*' }, callOptions)),
    async getModel(args, callOptions) {
      const outgoing = { ...outgoingOf('getModel', args), accept: 'application/zip' };
      return (await send(options, outgoing, callOptions)).blob();
    },
    streamEvents: ({ params }, streamOptions) => streamEvents(options, params.projectId, streamOptions),
    async *each(name, args, callOptions) {
      const given = args as LooseArgs;
      let cursor: string | undefined;
      do {
        const query = { ...given.query, cursor: cursor ?? given.query?.cursor };
        const page = (await call(name, { ...given, query }, callOptions)) as {
          items: never[];
          nextCursor: string | null;
        };
        yield* page.items;
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
    },
    async getProjectWithEtag(args, callOptions) {
      const response = await send(options, outgoingOf('getProject', args), callOptions);
      return { project: (await response.json()) as Project, etag: response.headers.get('etag') };
    },
    waitForOperation: (operationId, pollOptions) =>
      pollUntil(
        `Operation ${operationId}`,
        () => call('getOperation', { params: { operationId } }) as Promise<Operation>,
        (operation) => operation.status !== 'running',
        pollOptions,
      ),
    waitForMap: (projectId, pollOptions) =>
      pollUntil(
        `The map of project ${projectId}`,
        () => call('getMap', { params: { projectId } }) as Promise<PoolMap>,
        (map) => map.progress === null,
        pollOptions,
      ),
    waitForRound: (roundId, pollOptions) =>
      pollUntil(
        `Round ${roundId}`,
        () => call('getRound', { params: { roundId } }) as Promise<Round>,
        (round) => finalRoundStatuses.includes(round.status),
        pollOptions,
      ),
  };
  return { ...plain, ...special } as Client;
}

function streamOf({ body, url }: Response): ReadableStream<Uint8Array> {
  if (body === null) throw new TypeError(`${url} was answered without a body`);
  return body;
}

/** A form with the file; made anew for each try, since sending one uses it up. */
function formOf(file: Blob, fileName: string) {
  return () => {
    const content = new FormData();
    content.append('file', file, fileName);
    return { content };
  };
}
