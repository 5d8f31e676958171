import { randomBytes } from 'node:crypto';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Endpoint, endpoints, errorCodes, type Problem } from '@tangent/contracts';
import {
  createImport,
  createSession,
  createTestDelivery,
  createWebhook,
  insertItems,
  inTransaction,
  newId,
} from '@tangent/database';
import { buildNetwork } from '@tangent/models';
import { encodeCheckpoint } from '@tangent/networks';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, giveToken, join, makePerson, type Person, useApi } from './support/api.js';
import { makeProject, nobody, runRound } from './support/database.js';
import { type Document, type FuzzRequest, requestsOf } from './support/fuzz/requests.js';

// Requests made from the OpenAPI document, of every operation alike, against a listening server. The same seed gives the
// same requests: TANGENT_FUZZ_SEED=7 TANGENT_FUZZ_REQUESTS=10000 npx vitest run --project integration api-fuzz

const numRequests = Number(process.env.TANGENT_FUZZ_REQUESTS || 2500);
const seed = Number(process.env.TANGENT_FUZZ_SEED || 20_260);
/**
 * Of the whole process, for one request: a wall clock would measure what else the machine does. A backtracking
 * expression takes far longer over 60,000 characters.
 */
const mostCpuMs = 1500;

const house = useApi({ maxUploadBytes: 300_000 });
const agent = new Agent({ keepAlive: true });
afterAll(() => agent.destroy());

let admin: Person;
let annotator: Person;
let document: Document;
beforeAll(async () => {
  admin = await makePerson(house, { isAdmin: true });
  annotator = await makePerson(house);
  document = (await ask<Document>(house, 'GET /v1/openapi.json')).body;
});

/** Ids by the name of their parameter, the last ones that were seen; remade when the project was put away. */
type Known = Record<string, string[]>;
let known: Known = {};
const mostKnown = 5;
const parameterOf: Record<string, string> = {
  rnd: 'roundId',
  opn: 'operationId',
  lse: 'leaseId',
  ann: 'annotationId',
  tok: 'tokenId',
  dlv: 'deliveryId',
  whk: 'webhookId',
};
function learn(name: string, id: string): void {
  known[name] = [id, ...(known[name] ?? []).filter((other) => other !== id)].slice(0, mostKnown);
}

/** A project with something of every kind; no ranking yet, or what-if would wait for a worker, which is not there. */
async function makeKnown(): Promise<Known> {
  const { db, blobs } = house;
  const { projectId, itemIds, annotators } = await makeProject(db, { labels: ['a', 'b'], holdout: ['a'] });
  const ranked = await makeProject(db, { labels: ['a', 'b'] });
  const network = buildNetwork({ kind: 'linear' }, [3], 2, 1);
  const { key: checkpointKey } = await blobs.put(encodeCheckpoint(network));
  const { roundId } = await runRound(db, ranked.projectId, { checkpointKey });
  for (const { projectId: id } of [{ projectId }, ranked])
    await join(house, id, annotator.userId, 'annotator');
  const { key: sha256 } = await blobs.put(randomBytes(33));
  const media = { sha256, mimeType: 'image/png', width: 1, height: 1, channels: 1, numBytes: 33 };
  await inTransaction(db, (tx) => insertItems(tx, projectId, [{ contentHash: sha256, media }]));
  const image = await db.prisma.item.findFirstOrThrow({ where: { projectId, mediaSha256: { not: null } } });
  const victim = await makePerson(house);
  const { id: sessionId } = await createSession(db, {
    userId: victim.userId,
    token: randomBytes(32).toString('base64url'),
    csrfToken: 'x',
    expiresAt: new Date(Date.now() + 3_600_000),
  });
  await giveToken(house, victim.userId);
  const token = await db.prisma.apiToken.findFirstOrThrow({ where: { userId: victim.userId } });
  const { id: webhookId } = await createWebhook(db, {
    id: newId('webhook'),
    projectId,
    url: 'https://receiver.example/',
    description: '',
    eventTypes: ['round.done'],
    sealedSecret: 'sealed',
    actor: nobody,
  });
  const { id: deliveryId } = await createTestDelivery(db, { webhookId });
  const { id: operationId } = await createImport(db, {
    projectId,
    format: 'jsonl',
    fileName: 'rows.jsonl',
    fileKey: sha256,
    isDryRun: false,
    actor: nobody,
  });
  return {
    projectId: [projectId, ranked.projectId],
    webhookId: [webhookId],
    deliveryId: [deliveryId],
    itemId: [...itemIds.slice(1, 5), itemIds.at(-1)!, image.id, image.id],
    roundId: [roundId],
    operationId: [operationId],
    userId: [annotators[0]!, victim.userId],
    tokenId: [token.id],
    sessionId: [sessionId],
    name: ['rounds', 'imports'],
  };
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  /** Of the process, while this request ran alone. */
  readonly cpuMs: number;
}

function send({ method, template, path, query, headers, body, as }: FuzzRequest): Promise<Answer> {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = path[name]!;
    if ('text' in value) return value.text;
    const ids = known[name] ?? [`none_${'0'.repeat(26)}`];
    return ids[value.pick % ids.length]!;
  });
  const token = as === 'admin' ? admin.token : as === 'annotator' ? annotator.token : undefined;
  const from = process.cpuUsage();
  const spentMs = () => {
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1000;
  };
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      `${house.url}/`,
      {
        agent,
        method,
        path: query === '' ? filled : `${filled}?${query}`,
        headers: {
          ...(token && { authorization: `Bearer ${token}` }),
          // Node frames no body of a DELETE by itself; its bytes would be read as the next request.
          ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
          ...headers,
        },
      },
      (response: IncomingMessage) => {
        const told = { status: response.statusCode!, type: String(response.headers['content-type'] ?? '') };
        const done = (answered: string) => resolve({ ...told, body: answered, cpuMs: spentMs() });
        if (told.type.startsWith('text/event-stream')) {
          done('');
          sent.destroy();
        } else text(response).then(done, reject);
      },
    );
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // A server that has refused what it read so far need not read on.
      if (error.code === 'EPIPE' || error.code === 'ECONNRESET')
        resolve({ status: 400, type: 'connection closed', body: '', cpuMs: spentMs() });
      else reject(error);
    });
    sent.end(body);
  });
}

/** What must never be told: where code lies, and how the database is asked. */
const insides =
  /\n\s+at .+[:(]\d+|node_modules|\/dist\/|\/src\/|prisma|postgres(ql)?:|SELECT .+ FROM|violates .+ constraint/i;

function check(request: FuzzRequest, { status, type, body, cpuMs }: Answer): void {
  const shown = () =>
    `${request.method} ${request.template} → ${status} after ${Math.round(cpuMs)} ms of CPU\n${body.slice(0, 1500)}`;
  if (status >= 500) throw new Error(`a fault of the server: ${shown()}`);
  if (cpuMs > mostCpuMs) throw new Error(`slow: ${shown()}`);
  if (status < 400 || type === 'connection closed') return;
  const problem = JSON.parse(body) as Problem;
  if (
    !type.startsWith('application/problem+json') ||
    !errorCodes.includes(problem.code) ||
    problem.status !== status
  )
    throw new Error(`no problem document: ${shown()}`);
  // What was sent may be told back.
  if (
    insides.test(problem.detail) &&
    !JSON.stringify([request.body, request.query, request.path]).match(insides)
  )
    throw new Error(`tells what nobody outside should know: ${shown()}`);
}

test(`${numRequests} requests made from the OpenAPI document: no fault, no insides told, none slow`, {
  timeout: 1_200_000,
}, async () => {
  known = await makeKnown();
  const successes = new Map<string, number>();
  const tally = new Map<string, number>();
  const slowest: string[] = [];
  let mostMs = 0;
  const property = fc.asyncProperty(requestsOf(document), async (request) => {
    const answer = await send(request);
    if (answer.cpuMs > mostMs) {
      mostMs = answer.cpuMs;
      slowest.push(`${request.operation} ${Math.round(answer.cpuMs)} ms (${answer.status})`);
    }
    check(request, answer);
    const key = `${request.operation} ${answer.status}`;
    tally.set(key, (tally.get(key) ?? 0) + 1);
    if (answer.status >= 300) return;
    successes.set(request.operation, (successes.get(request.operation) ?? 0) + 1);
    if (request.operation === 'deleteProject') known = await makeKnown();
    for (const [id] of answer.body.matchAll(/\b(?:rnd|opn|lse|ann|tok|dlv|whk)_[0-9a-z]{26}\b/g)) {
      // Of tokens only new ones: lists and audits hold the one that the requests are made with.
      if (id.startsWith('tok') && request.operation !== 'createToken') continue;
      learn(parameterOf[id.slice(0, 3)]!, id);
    }
  });
  await fc.assert(property, {
    numRuns: numRequests,
    seed,
    endOnFailure: true,
    reporter(outcome) {
      if (outcome.failed)
        throw new Error(fc.defaultReportMessage(outcome)?.slice(0, 6000), { cause: outcome.errorInstance });
    },
  });
  if (process.env.TANGENT_FUZZ_REQUESTS)
    console.log(
      `slowest so far, each beside the one before: ${slowest.join(', ')}`,
      [...tally]
        .map(([k, n]) => `${k}: ${n}`)
        .toSorted()
        .join(' | '),
    );
  // A fuzz that is refused at the door has tried nothing.
  const untried = (Object.values(endpoints) as Endpoint[])
    .map(({ name }) => name)
    .filter((name) => !successes.has(name));
  expect(
    untried.filter((name) => !hardToHit.includes(name)),
    'operations without a single success',
  ).toEqual([]);
});

/** What needs a worker, a password, a real network, a failed round, a class or an address that chance seldom names. */
const hardToHit: readonly string[] = [
  'createAnnotation',
  'putLabel',
  'deleteAnnotation',
  'createWebhook',
  'updateWebhook',
  'labelStudioSetup',
  'createSession',
  'changePassword',
  'createNetwork',
  'getWhatIf',
  'getExplanation',
  'retryRound',
];
