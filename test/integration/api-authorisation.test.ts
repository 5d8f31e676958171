import { type Endpoint, endpoints, type Problem, roles, type Scope, scopes } from '@tangent/contracts';
import {
  createImport,
  createSession,
  createTestDelivery,
  createWebhook,
  insertItems,
  inTransaction,
  leaseNext,
  newId,
  submitAnnotation,
} from '@tangent/database';
import { beforeAll, describe, expect, test } from 'vitest';
import { giveToken, join, makePerson, newToken, type Person, traces, useApi } from './support/api.js';
import { beginRound, makeProject, nobody } from './support/database.js';

// Who may call what stands in the contracts as `access` and `scope`. Here every endpoint is called by everybody, and
// each answer is compared with what its rule says. An endpoint that names something new in its path needs an id of it
// in `makeThings`.

const house = useApi();
const all: readonly Endpoint[] = Object.values(endpoints);
const guarded = all.filter(({ access }) => access !== 'public');

type Verdict = 'unauthenticated' | 'csrf-token-missing' | 'forbidden' | 'not-found' | 'allowed';

interface Caller {
  readonly name: string;
  /** In the project that the paths lead to; null: no member. */
  readonly role: (typeof roles)[number] | null;
  readonly isAdmin: boolean;
  /** Headers that prove who calls; none: nobody. */
  readonly headers: (endpoint: Endpoint) => Promise<Record<string, string>>;
  /** What the caller's proof lacks, whatever the rights of its user. */
  readonly lacks?: 'login' | 'scope' | 'csrf';
}

/** What the rule of an endpoint says about a caller. Nothing in the paths belongs to any of them. */
function verdictOf({ access, method }: Endpoint, { role, isAdmin, lacks }: Caller): Verdict {
  if (access === 'public') return 'allowed';
  if (lacks === 'login') return 'unauthenticated';
  if (lacks === 'scope') return 'forbidden';
  if (lacks === 'csrf' && method !== 'GET') return 'csrf-token-missing';
  if (isAdmin || access === 'user') return 'allowed';
  if (access === 'admin') return 'forbidden';
  if (access === 'owner' || role === null) return 'not-found';
  return roles.indexOf(role) >= roles.indexOf(access.atLeast) ? 'allowed' : 'forbidden';
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

let members: Record<(typeof roles)[number], Person>;
let stranger: Person;
let admin: Person;
let callers: Caller[];
beforeAll(async () => {
  const made = await Promise.all(roles.map(async (role) => [role, await makePerson(house)] as const));
  members = Object.fromEntries(made) as typeof members;
  [stranger, admin] = [await makePerson(house), await makePerson(house, { isAdmin: true })];
  const { projectId: elsewhere } = await makeProject(house.db);
  await join(house, elsewhere, stranger.userId, 'engineer');
  const secret = newToken().slice(4);
  await createSession(house.db, {
    userId: admin.userId,
    token: secret,
    csrfToken: 'only our own page knows it',
    expiresAt: new Date(Date.now() + 3_600_000),
  });
  const nobodyAtAll = { role: null, isAdmin: false };
  const everything = { role: null, isAdmin: true };
  callers = [
    { name: 'nobody in particular', ...nobodyAtAll, headers: async () => ({}), lacks: 'login' },
    {
      name: 'an engineer of another project',
      ...nobodyAtAll,
      headers: async () => bearer(stranger.token),
    },
    ...roles.map((role) => ({
      name: `the project’s ${role}`,
      role,
      isAdmin: false,
      headers: async () => bearer(members[role].token),
    })),
    { name: 'an admin', ...everything, headers: async () => bearer(admin.token) },
    {
      name: 'an admin’s token with every scope but the one',
      ...everything,
      lacks: 'scope',
      headers: async ({ scope }) => {
        const others = scopes.filter((other): other is Scope => other !== '*' && other !== scope);
        return bearer(await giveToken(house, admin.userId, { scopes: others }));
      },
    },
    {
      name: 'another site in an admin’s browser',
      ...everything,
      lacks: 'csrf',
      headers: async () => ({ cookie: `tangent_session=${secret}` }),
    },
  ];
});

/** Ids of something of every kind: of one project with all the members, or of a user who is none of the callers. */
async function makeThings(): Promise<Record<string, string>> {
  const { db, blobs } = house;
  const { projectId, annotators } = await makeProject(db, { labels: ['a', 'b'], numItems: 4 });
  const creatorId = annotators[0]!;
  for (const role of roles) await join(house, projectId, members[role].userId, role);
  const { roundId } = await beginRound(db, projectId);
  const { id: operationId } = await createImport(db, {
    projectId,
    format: 'jsonl',
    fileName: 'rows.jsonl',
    fileKey: '0'.repeat(64),
    isDryRun: false,
    actor: nobody,
  });
  const leased = await leaseNext(db, { projectId, annotatorId: creatorId, count: 1 });
  if (leased.kind !== 'leased') throw new Error('nothing to lease');
  const answered = await leaseNext(db, { projectId, annotatorId: members.annotator.userId, count: 1 });
  if (answered.kind !== 'leased') throw new Error('nothing to lease');
  const { annotation } = await submitAnnotation(db, {
    itemId: answered.leases[0]!.item.id,
    annotatorId: members.annotator.userId,
    leaseId: answered.leases[0]!.leaseId,
    answer: { classKey: 'a' },
  });
  const { key: sha256 } = await blobs.put(new TextEncoder().encode('an image, as far as the API looks'));
  const media = { sha256, mimeType: 'image/png', width: 1, height: 1, channels: 1, numBytes: 33 };
  await inTransaction(db, (tx) => insertItems(tx, projectId, [{ contentHash: sha256, media }]));
  const [item] = await db.query<{ id: string }>(
    'SELECT id FROM items WHERE project_id = $1 AND media_sha256 IS NOT NULL',
    [projectId],
  );
  const { id: sessionId } = await createSession(db, {
    userId: creatorId,
    token: newToken(),
    csrfToken: 'x',
    expiresAt: new Date(Date.now() + 3_600_000),
  });
  await giveToken(house, creatorId);
  const [token] = await db.query<{ id: string }>('SELECT id FROM api_tokens WHERE user_id = $1', [creatorId]);
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
  return {
    projectId,
    roundId,
    webhookId,
    deliveryId,
    operationId,
    itemId: item!.id,
    leaseId: leased.leases[0]!.leaseId,
    annotationId: annotation.id,
    userId: creatorId,
    tokenId: token!.id,
    sessionId,
    name: 'imports',
  };
}

function urlOf({ path, name }: Endpoint, things: Readonly<Record<string, string>>): string {
  return path.replace(/:(\w+)/g, (_, key: string) => {
    if (things[key] === undefined) throw new Error(`${name} needs a ${key}: make one in makeThings`);
    return things[key];
  });
}

/** By a socket, for a stream has no end to wait for. Where there is a body it is one that is refused when it is read. */
async function call(endpoint: Endpoint, url: string, headers: Record<string, string>) {
  const leaving = new AbortController();
  const response = await fetch(`${house.url}${url}`, {
    method: endpoint.method,
    headers: { ...headers, ...(endpoint.body && { 'content-type': 'application/json' }) },
    ...(endpoint.body && !endpoint.multipart && { body: '{"noSuchField":1}' }),
    signal: leaving.signal,
  });
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  const problem = isProblem ? ((await response.json()) as Problem) : undefined;
  leaving.abort();
  return { status: response.status, problem };
}

const refusals: Record<Exclude<Verdict, 'allowed'>, number> = {
  unauthenticated: 401,
  'csrf-token-missing': 403,
  forbidden: 403,
  'not-found': 404,
};

describe('the authorisation matrix', () => {
  let shared: Readonly<Record<string, string>>;
  beforeAll(async () => {
    shared = await makeThings();
  });

  test.each(all)('$method $path', async (endpoint) => {
    // What is asked for without a body is done, where it may be: each time with things of its own.
    const takesNothing = !endpoint.body && !endpoint.multipart && endpoint.path.includes(':');
    const hasEffect = endpoint.method !== 'GET' && takesNothing;
    let things = hasEffect ? await makeThings() : shared;
    const calls: { name: string; wanted: Verdict; headers: Record<string, string> }[] = [];
    for (const caller of callers)
      calls.push({
        name: caller.name,
        wanted: verdictOf(endpoint, caller),
        headers: await caller.headers(endpoint),
      });
    const verdictFor = async ({ name, headers }: (typeof calls)[number]): Promise<Verdict> => {
      const { status, problem } = await call(endpoint, urlOf(endpoint, things), headers);
      const refusal = problem && (refusals as Record<string, number>)[problem.code];
      if (refusal === undefined) expect(status, `${name}: ${problem?.detail}`).toBeLessThan(500);
      else expect(status, name).toBe(refusal);
      return refusal === undefined ? 'allowed' : (problem!.code as Verdict);
    };
    const found: Record<string, Verdict> = {};
    const before = await traces(house);
    for (const refused of calls.filter(({ wanted }) => wanted !== 'allowed'))
      found[refused.name] = await verdictFor(refused);
    expect(await traces(house), 'what is left of refused calls').toEqual(before);
    for (const allowed of calls.filter(({ wanted }) => wanted === 'allowed')) {
      found[allowed.name] = await verdictFor(allowed);
      if (hasEffect) things = await makeThings();
    }
    expect(found).toEqual(Object.fromEntries(calls.map(({ name, wanted }) => [name, wanted])));
  });

  test.each(guarded.filter(({ method, streams }) => method === 'GET' && !streams))(
    'HEAD $path is guarded as well',
    async (endpoint) => {
      const { status } = await fetch(`${house.url}${urlOf(endpoint, shared)}`, { method: 'HEAD' });
      expect(status).toBe(401);
    },
  );

  test('an outsider cannot tell what is there from what is not', async () => {
    const things = shared;
    const inProject = all.filter(
      (endpoint) => typeof endpoint.access === 'object' || endpoint.access === 'owner',
    );
    for (const endpoint of inProject) {
      const [, key] = /:(\w+)/.exec(endpoint.path)!;
      const madeUp = `${things[key!]!.slice(0, 4)}${'0'.repeat(26)}`;
      const ask = async (id: string) => {
        const url = urlOf(endpoint, { ...things, [key!]: id });
        const { status, problem } = await call(endpoint, url, bearer(stranger.token));
        return { status, code: problem?.code, detail: problem?.detail.replaceAll(id, 'ID') };
      };
      expect(await ask(things[key!]!), endpoint.name).toEqual(await ask(madeUp));
    }
  });
});
