import { login } from '@tangent/client';
import { relayOutbox } from '@tangent/database';
import { openQueue } from '@tangent/queue';
import pg from 'pg';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import {
  isThorough,
  numDifferent,
  numLabeled,
  rankingByName,
  setUpWithinMs,
  type Task,
  useFaultHouse,
} from './support/faults.js';
import type { VectorProject } from './support/vectors.js';

// What happens to Postgres, Redis and the API while a round runs or people label, and that nothing is lost by it.

const house = useFaultHouse({ ownServers: true });
const redis = () => house.stack.servers.redis!;
const postgres = () => house.stack.servers.postgres!;

/** A round in whose middle something happens, while its worker waits in a write. */
async function roundDuring(fault: () => Promise<void>): Promise<string> {
  const gate = await house.close('the features of shard 1');
  const roundId = await house.startRound();
  await gate.reached();
  await fault();
  await gate.open();
  return roundId;
}

test('Postgres killed and started in the middle of a round changes nothing', async ({ task }) => {
  const roundId = await roundDuring(async () => {
    await postgres().kill();
    await postgres().start();
  });
  await house.expectAsUndisturbed(roundId, task);
});

if (isThorough)
  test('Postgres away for longer than a job is tried changes nothing', async ({ task }) => {
    const roundId = await roundDuring(async () => {
      await postgres().kill();
      await expect
        .poll(() => house.worker.log(200), { timeout: 60_000 })
        .toContain('could not be written, it is tried again');
      await postgres().start();
    });
    await house.expectAsUndisturbed(roundId, task);
  });

test('Redis killed and started in the middle of a round changes nothing', async ({ task }) => {
  const roundId = await roundDuring(async () => {
    await redis().kill();
    await redis().start();
  });
  await house.expectAsUndisturbed(roundId, task);
});

test('Redis that comes back without anything in it is told again what is to be done', async ({ task }) => {
  const roundId = await roundDuring(async () => {
    await redis().lose();
    await redis().start();
  });
  await house.expectAsUndisturbed(roundId, task);
});

test('an API killed with -9 in the middle of a drain does not leave the queue paused', async ({ task }) => {
  const { stack, db } = house;
  const { client } = await login(
    { baseUrl: stack.apiUrl, retries: { limit: 0 } },
    stack.admin.email,
    stack.admin.password,
  );
  const queue = await openQueue({ kind: 'redis', url: stack.redisUrl! });
  const locks = new pg.Client(stack.databaseUrl);
  await locks.connect();
  onTestFinished(async () => {
    await locks.end();
    await queue.close();
  });
  const isPaused = async () => (await queue.list()).find(({ name }) => name === 'rounds')!.isPaused;
  // The drain has taken what waits, and comes to read which rounds are under way.
  await locks.query('BEGIN');
  await locks.query('LOCK TABLE rounds IN ACCESS EXCLUSIVE MODE');
  const drain = client.drainQueue({ params: { name: 'rounds' } }).then(
    () => 'drained',
    () => 'killed',
  );
  await expect.poll(isPaused, { timeout: 60_000 }).toBe(true);
  await relayOutbox(db, (message) => queue.publish(message));
  expect(await isPaused()).toBe(true);
  await stack.api.kill('SIGKILL');
  await locks.query('ROLLBACK');
  expect(await drain).toBe('killed');
  await expect.poll(isPaused, { timeout: 60_000 }).toBe(false);
  await stack.api.start();
  await house.expectAsUndisturbed(await house.startRound(), task);
});

interface Sent {
  readonly itemId: string;
  readonly classKey: string;
  /** Of the annotation that the API said it has. */
  readonly acknowledged: string;
}

const numAnswers = 40;
const numBefore = 10;
const numAtOnce = 4;

/** Answers to the unlabeled items from one to another, a few at once, each sent until it is acknowledged. */
async function annotate({ projectId, truth }: VectorProject, from: number, to: number): Promise<Sent[]> {
  const items = await house.db.query<{ id: string }>(
    'SELECT id FROM items WHERE project_id = $1 ORDER BY ordinal OFFSET $2 LIMIT $3',
    [projectId, numLabeled + from, to - from],
  );
  const waiting = [...items.entries()];
  const sent: Sent[] = [];
  const send = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [i, { id: itemId }] = next;
      const classKey = truth.get(itemId)!;
      const request = { params: { itemId }, body: { classKey } };
      const { id } = await house.client.createAnnotation(request, {
        idempotencyKey: `${projectId}-${from + i}`,
      });
      sent.push({ itemId, classKey, acknowledged: id });
    }
  };
  await Promise.all(Array.from({ length: numAtOnce }, send));
  return sent;
}

/** What the next round makes of the labels, had nothing happened. */
let undisturbed: Awaited<ReturnType<typeof rankingByName>>;
beforeAll(async () => {
  const project = await house.newProject();
  await annotate(project, 0, numAnswers);
  undisturbed = await rankingByName(house, await house.startRound(project.projectId));
}, setUpWithinMs);

/** Kills something while an annotation is being written and others wait for it, and compares the database with the client's log. */
async function annotateDuring(task: Task, fault: () => Promise<void>): Promise<void> {
  const project = await house.newProject();
  const { projectId } = project;
  const before = await annotate(project, 0, numBefore);
  const gate = await house.close('an annotation');
  const sending = annotate(project, numBefore, numAnswers);
  await gate.reached();
  await fault();
  await gate.open();
  const log = [...before, ...(await sending)];

  const written = await house.db.query<{ id: string; item_id: string; class_key: string }>(
    'SELECT id, item_id, class_key FROM annotations WHERE project_id = $1',
    [projectId],
  );
  const inDatabase = new Map(written.map((row) => [row.id, `${row.item_id} ${row.class_key}`]));
  const inLog = new Map(log.map((row) => [row.acknowledged, `${row.itemId} ${row.classKey}`]));
  const roundId = await house.startRound(projectId);
  const ranking = await rankingByName(house, roundId);
  task.meta.fault = {
    numAnnotations: log.length,
    numLost: [...inLog].filter(([id, answer]) => inDatabase.get(id) !== answer).length,
    numDoubled: written.length - inLog.size,
    numPlaces: undisturbed.length,
    numPlacesDifferent: numDifferent(undisturbed, ranking),
  };
  expect(log).toHaveLength(numAnswers);
  expect(inDatabase).toEqual(inLog);
  const events = await house.db.query<{ item_id: string; class_key: string }>(
    'SELECT seq, item_id, class_key FROM label_events WHERE project_id = $1 ORDER BY seq DESC LIMIT $2',
    [projectId, numAnswers],
  );
  expect(events.map((event) => `${event.item_id} ${event.class_key}`).sort()).toEqual(
    [...inLog.values()].sort(),
  );
  expect(ranking).toEqual(undisturbed);
}

/** A request that died holds its key for a minute. Nobody waits for that here: the minute is over. */
async function endTheMinuteOfKeys(claimedBefore: Date): Promise<void> {
  await house.db.query(
    `UPDATE idempotency_keys SET created_at = created_at - interval '61 seconds'
     WHERE completed_at IS NULL AND created_at < $1`,
    [claimedBefore],
  );
}

test('an API killed with -9 while people annotate loses and doubles nothing', async ({ task }) => {
  await annotateDuring(task, async () => {
    await house.stack.api.kill('SIGKILL');
    await endTheMinuteOfKeys(new Date());
    await house.stack.api.start();
  });
});

test('Postgres killed and started while people annotate loses and doubles nothing', async ({ task }) => {
  await annotateDuring(task, async () => {
    const killedAt = new Date();
    await postgres().kill();
    await postgres().start();
    await endTheMinuteOfKeys(killedAt);
  });
});
