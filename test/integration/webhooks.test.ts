import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ApiError, type Client, login } from '@tangent/client';
import { webhookMessage } from '@tangent/contracts';
import { openDatabase } from '@tangent/database';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../../scripts/lib/stack.mjs';
import { eventually } from './support/api.js';

// Real processes and a real receiver: the API takes the webhook, the worker signs and sends.

interface Received {
  readonly headers: IncomingHttpHeaders & Record<'webhook-id', string>;
  readonly body: string;
}

/** A server that keeps what it gets. `answer` may be put in the place of 204. */
class Receiver {
  readonly received: Received[] = [];
  answer: (response: ServerResponse, received: Received) => void = (response) =>
    response.writeHead(204).end();
  private readonly server: Server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    const received = { headers: request.headers as Received['headers'], body };
    this.received.push(received);
    this.answer(response, received);
  });
  async start(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }
  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

let stack: Stack;
let client: Client;
let projectId: string;
let receiver: Receiver;
const receivers: Receiver[] = [];
beforeAll(async () => {
  stack = await startStack({
    queue: 'postgres',
    env: { TANGENT_WEBHOOK_PRIVATE_HOSTS: '127.0.0.1' },
  });
  client = (await login({ baseUrl: stack.apiUrl }, stack.admin.email, stack.admin.password)).client;
  ({ id: projectId } = await client.createProject({
    body: {
      name: 'told',
      type: 'text',
      classes: [{ key: 'warm' }, { key: 'cold' }],
      settings: { trigger: { everyLabels: 20 }, model: { hidden: [8], steps: 20 } },
    },
  }));
});
afterAll(async () => {
  for (const each of receivers) each.stop();
  await stack?.stop();
});

/** A webhook to a receiver of its own. */
async function hook(body: Partial<Parameters<Client['createWebhook']>[0]['body']> = {}) {
  receiver = await new Receiver().start();
  receivers.push(receiver);
  return client.createWebhook({ params: { projectId }, body: { url: receiver.url, ...body } });
}
const deliveriesOf = async (webhookId: string) =>
  (await client.listDeliveries({ params: { webhookId } })).items;
const untilStatus = (webhookId: string, status: string) =>
  eventually(async () => (await deliveriesOf(webhookId))[0]?.status).toBe(status);
/** Time passes: whatever waits is due. */
async function makeDue(): Promise<void> {
  const db = new pg.Client(stack.databaseUrl);
  await db.connect();
  await db.query('UPDATE webhook_deliveries SET next_attempt_at = now() WHERE next_attempt_at IS NOT NULL');
  await db.end();
}
const verify = (secret: string, { headers, body }: Received) =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

test('an import, its labels and the round that they start are told, signed, in bodies as documented', async () => {
  const { id: webhookId, secret } = await hook();
  expect(secret).toMatch(/^whsec_/);
  const rows = Array.from({ length: 24 }, (_, i) => ({
    id: `row-${i}`,
    text: i % 2 ? `ice snow frost ${i}` : `sun heat desert ${i}`,
    ...(i < 6 && { label: i % 2 ? 'cold' : 'warm' }),
  }));
  const { id: operationId } = await client.uploadImport({
    params: { projectId },
    file: new Blob([rows.map((row) => JSON.stringify(row)).join('\n')]),
    fileName: 'rows.jsonl',
  });
  await client.waitForOperation(operationId);
  const [started] = (await client.listRounds({ params: { projectId } })).items;
  expect((await client.waitForRound(started!.id)).status).toBe('done');
  const told = () => receiver.received.map((received) => webhookMessage.parse(verify(secret, received)));
  await eventually(() =>
    told()
      .map(({ type }) => type)
      .toSorted(),
  ).toEqual(['import.done', 'label.created', 'round.done']);
  const dataOf = (type: string) => told().find((message) => message.type === type)!.data;
  expect(dataOf('import.done')).toMatchObject({ operationId, status: 'done', counts: { created: 24 } });
  expect(dataOf('label.created')).toMatchObject({
    fromSeq: 1,
    toSeq: 6,
    labels: [{ externalId: 'row-0', classKey: 'warm' }, {}, {}, {}, {}, { externalId: 'row-5', seq: 6 }],
  });
  expect(dataOf('round.done')).toMatchObject({ roundId: started!.id, modelVersion: 1 });
  const listed = await client.listWebhooks({ params: { projectId } });
  expect(listed.items).toMatchObject([{ id: webhookId, isEnabled: true }]);
  expect(JSON.stringify(listed)).not.toContain('secret":');
  await client.deleteWebhook({ params: { webhookId } });
});

test('after a failure it comes again under the same id, the log says how each attempt went, and a replay sends it once more', async () => {
  const { id: webhookId, secret } = await hook();
  receiver.answer = (response) => response.writeHead(500).end('out of order');
  const { id } = await client.testWebhook({ params: { webhookId } });
  await eventually(async () => (await deliveriesOf(webhookId))[0]?.attempts.length).toBe(1);
  const [failing] = await deliveriesOf(webhookId);
  expect(failing).toMatchObject({
    status: 'pending',
    attempts: [{ number: 1, responseStatus: 500, responseExcerpt: 'out of order', error: null }],
  });
  // The first wait is 5 s and a fifth more or less.
  const waitMs = Date.parse(failing!.nextAttemptAt!) - Date.parse(failing!.attempts[0]!.at);
  expect(waitMs).toBeGreaterThan(3900);
  receiver.answer = (response) => response.writeHead(200).end('thanks');
  await makeDue();
  await untilStatus(webhookId, 'delivered');
  expect(await deliveriesOf(webhookId)).toMatchObject([
    {
      id,
      numAttempts: 2,
      nextAttemptAt: null,
      attempts: [{ number: 1 }, { number: 2, responseExcerpt: 'thanks' }],
    },
  ]);
  expect(await client.replayDelivery({ params: { deliveryId: id } })).toMatchObject({
    id,
    status: 'pending',
  });
  await untilStatus(webhookId, 'delivered');
  expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([id, id, id]);
  for (const received of receiver.received)
    expect(verify(secret, received)).toMatchObject({ type: 'webhook.test', data: { webhookId } });
  expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
});

test('the programs, and the queue in Postgres, work as a role that owns no table of the audit', async () => {
  const db = openDatabase({ url: stack.databaseUrl });
  const rows = await db.query<{ role: string; owner: string }>(
    `SELECT DISTINCT usename AS role, (SELECT tableowner FROM pg_tables WHERE tablename = 'audit') AS owner
     FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  await db.close();
  expect(rows).toHaveLength(1);
  expect(rows[0]!.role).not.toBe(rows[0]!.owner);
});

test('while a secret is rotated both verify, and afterwards the new one alone', async () => {
  const { id: webhookId, secret: old } = await hook();
  const { secret } = await client.rotateWebhook({ params: { webhookId }, body: { overlapHours: 1 } });
  const { id } = await client.testWebhook({ params: { webhookId } });
  await untilStatus(webhookId, 'delivered');
  for (const known of [old, secret])
    expect(verify(known, receiver.received[0]!)).toMatchObject({ type: 'webhook.test' });
  await client.rotateWebhook({ params: { webhookId }, body: { overlapHours: 0 } });
  await client.replayDelivery({ params: { deliveryId: id } });
  await eventually(() => receiver.received.length).toBe(2);
  for (const known of [old, secret])
    expect(() => verify(known, receiver.received[1]!)).toThrow('No matching signature');
});

test('a private address is refused: at once where the URL says it, at the attempt where a name leads there', async () => {
  for (const url of ['http://10.0.0.1/', 'https://127.0.0.2/', 'https://169.254.169.254/latest/'])
    await expect(client.createWebhook({ params: { projectId }, body: { url } })).rejects.toSatisfy(
      (error: ApiError) => error.code === 'webhook-url-refused' && error.status === 422,
    );
  const { port } = new URL(receiver.url);
  const numBefore = receiver.received.length;
  const { id: webhookId } = await client.createWebhook({
    params: { projectId },
    body: { url: `https://localhost:${port}/` },
  });
  await client.testWebhook({ params: { webhookId } });
  await eventually(async () => (await deliveriesOf(webhookId))[0]?.attempts.length).toBe(1);
  expect(await deliveriesOf(webhookId)).toMatchObject([
    { status: 'pending', attempts: [{ responseStatus: null, error: { code: 'address-refused' } }] },
  ]);
  expect(receiver.received).toHaveLength(numBefore);
});

test('a worker killed after the message was received, before it noted so, sends it again under the same id', async () => {
  const { id: webhookId, secret } = await hook();
  const killed = new Promise<void>((resolve) => {
    receiver.answer = (response) => {
      receiver.answer = (next) => next.writeHead(204).end();
      void stack.workers[0]!.kill('SIGKILL').then(() => {
        response.writeHead(204).end();
        resolve();
      });
    };
  });
  const { id } = await client.testWebhook({ params: { webhookId } });
  await killed;
  expect(await deliveriesOf(webhookId)).toMatchObject([
    { id, status: 'pending', numAttempts: 1, attempts: [] },
  ]);
  await makeDue();
  await stack.workers[0]!.start();
  await untilStatus(webhookId, 'delivered');
  expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([id, id]);
  for (const received of receiver.received)
    expect(verify(secret, received)).toMatchObject({ type: 'webhook.test' });
});
