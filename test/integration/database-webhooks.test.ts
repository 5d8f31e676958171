import { randomBytes } from 'node:crypto';
import type { WebhookEventType, WebhookMessage } from '@tangent/contracts';
import {
  type ClaimedDelivery,
  claimDeliveries,
  collectLabels,
  createImport,
  createTestDelivery,
  createWebhook,
  failOperation,
  failRound,
  finishAttempt,
  finishImport,
  inTransaction,
  listDeliveries,
  newId,
  removeOldDeliveries,
  replayDelivery,
  rotateWebhook,
  submitAnnotation,
  updateWebhook,
} from '@tangent/database';
import { describe, expect, test } from 'vitest';
import { eventually } from './support/api.js';
import {
  addItems,
  beginRound,
  codeOf,
  makeProject,
  nobody,
  runRound,
  textItem,
  useDatabase,
} from './support/database.js';

const house = useDatabase({ maxConnections: 20 });
const dayMs = 24 * 3_600_000;

async function listen(projectId: string, ...eventTypes: WebhookEventType[]): Promise<string> {
  const { id } = await createWebhook(house.db, {
    id: newId('webhook'),
    projectId,
    url: 'https://receiver.example/',
    description: '',
    eventTypes,
    sealedSecret: 'sealed',
    actor: nobody,
  });
  return id;
}
async function messagesOf(webhookId: string): Promise<WebhookMessage[]> {
  const rows = await house.db.query<{ payload: WebhookMessage }>(
    'SELECT payload FROM webhook_deliveries WHERE webhook_id = $1 ORDER BY id',
    [webhookId],
  );
  return rows.map(({ payload }) => payload);
}
const logOf = async (webhookId: string) => (await listDeliveries(house.db, { webhookId, limit: 50 })).items;

/** The deliveries of one webhook that are due; those of other tests are left alone. */
async function claim(webhookId: string, now = new Date()): Promise<ClaimedDelivery[]> {
  const others = await house.db.query<{ id: string }>('SELECT id FROM webhooks WHERE id <> $1', [webhookId]);
  return claimDeliveries(house.db, {
    limit: 100,
    claimMs: 30_000,
    perWebhook: 100,
    except: others.map(({ id }) => id),
    now,
  });
}
function finish(
  { id, webhookId, attempt }: ClaimedDelivery,
  more: { status?: number; nextAttemptAt?: Date | null; now?: Date } = {},
) {
  const { status = 200, nextAttemptAt = null, now = new Date() } = more;
  return finishAttempt(house.db, {
    deliveryId: id,
    webhookId,
    attempt: {
      number: attempt,
      at: now.toISOString(),
      durationMs: 12,
      responseStatus: status,
      responseExcerpt: '',
      error: null,
    },
    isDelivered: status < 300,
    isGone: status === 410,
    nextAttemptAt,
    disableAfterMs: 5 * dayMs,
    unheardAfterMs: 2 * dayMs,
    claimMs: 30_000,
    now,
  });
}

describe('what is told', () => {
  test('the end of a round, in its transaction, to those who listen', async () => {
    const { projectId } = await makeProject(house.db, { labels: ['a', 'b'] });
    const [done, failed, other] = [
      await listen(projectId, 'round.done'),
      await listen(projectId, 'round.failed'),
      await listen(projectId, 'import.done', 'label.created'),
    ];
    const { roundId } = await runRound(house.db, projectId);
    const broken = await beginRound(house.db, projectId);
    await failRound(house.db, { roundId: broken.roundId, attempt: 1, code: 'internal', detail: 'broken' });
    const { roundId: brokenId } = broken;
    expect(await messagesOf(done)).toMatchObject([
      { type: 'round.done', data: { projectId, roundId, number: 1, strategy: 'lookahead', modelVersion: 1 } },
    ]);
    expect(await messagesOf(failed)).toMatchObject([
      { type: 'round.failed', data: { roundId: brokenId, error: { code: 'internal', detail: 'broken' } } },
    ]);
    expect(await messagesOf(other)).toEqual([]);
  });

  test('the end of an import, also a failed one, but not of a dry run', async () => {
    const { projectId } = await makeProject(house.db);
    const webhookId = await listen(projectId, 'import.done');
    const start = async (isDryRun: boolean) =>
      (
        await createImport(house.db, {
          projectId,
          format: 'jsonl',
          fileName: 'rows.jsonl',
          fileKey: '0'.repeat(64),
          isDryRun,
          actor: nobody,
        })
      ).id;
    const [good, bad, dry] = [await start(false), await start(false), await start(true)];
    await finishImport(house.db, good);
    await finishImport(house.db, good); // a second time is nothing new
    await failOperation(house.db, bad, { code: 'wrong-columns', detail: 'bad' });
    await finishImport(house.db, dry);
    expect(await messagesOf(webhookId)).toMatchObject([
      { type: 'import.done', data: { operationId: good, status: 'done' } },
      { type: 'import.done', data: { operationId: bad, status: 'failed' } },
    ]);
  });

  test('a webhook that goes while an end is told holds it up a moment, breaks nothing and hears nothing', async () => {
    const { db } = house;
    for (const goes of [
      'DELETE FROM webhooks WHERE id = $1',
      "UPDATE webhooks SET disabled_at = now(), disabled_reason = 'user' WHERE id = $1",
    ]) {
      const { projectId } = await makeProject(db);
      const going = await listen(projectId, 'import.done');
      const staying = await listen(projectId, 'import.done');
      const { id } = await createImport(db, {
        projectId,
        format: 'jsonl',
        fileName: 'rows.jsonl',
        fileKey: '0'.repeat(64),
        isDryRun: false,
        actor: nobody,
      });
      const { finished } = await inTransaction(db, async (tx) => {
        await tx.query(goes, [going]);
        const finished = finishImport(db, id);
        finished.catch(() => undefined); // it is looked at below
        await eventually(() =>
          db.query(
            "SELECT 1 AS waits FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
          ),
        ).toEqual([{ waits: 1 }]);
        return { finished };
      });
      expect(await finished).toMatchObject({ kind: 'finished' });
      expect(await messagesOf(going)).toEqual([]);
      expect(await messagesOf(staying)).toHaveLength(1);
    }
  });

  test('labels from the webhook on, in batches without a gap, one batch under way at a time', async () => {
    const { db } = house;
    const { projectId, itemIds, annotators } = await makeProject(db, { labels: ['a'], numItems: 4 });
    const webhookId = await listen(projectId, 'label.created');
    const label = (i: number, classKey: string) =>
      submitAnnotation(db, { itemId: itemIds[i]!, annotatorId: annotators[0]!, answer: { classKey } });
    await collectLabels(db);
    expect(await messagesOf(webhookId)).toEqual([]); // the label before the webhook is not told
    await label(1, 'a');
    await label(2, 'b');
    await Promise.all([collectLabels(db), collectLabels(db), collectLabels(db)]);
    await label(1, 'c');
    await collectLabels(db);
    const told = async () =>
      (await messagesOf(webhookId)).map((message) =>
        message.type === 'label.created'
          ? message.data.labels.map(({ seq, itemId, classKey }) => [seq, itemId, classKey])
          : message.type,
      );
    const first = [
      [2, itemIds[1], 'a'],
      [3, itemIds[2], 'b'],
    ];
    expect(await told()).toEqual([first]);
    const [due] = await claim(webhookId);
    await finish(due!);
    await collectLabels(db);
    expect(await told()).toEqual([first, [[4, itemIds[1], 'c']]]);
  });

  test('of many labels at once at most 1,000 a message', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db);
    const webhookId = await listen(projectId, 'label.created');
    await addItems(
      db,
      projectId,
      Array.from({ length: 2345 }, (_, i) => textItem({ classKey: 'a', externalId: `x${i}` })),
    );
    const ranges: number[][] = [];
    for (let i = 0; i < 4; i++) {
      await collectLabels(db);
      for (const delivery of await claim(webhookId)) {
        const { payload } = delivery;
        if (payload.type !== 'label.created') throw new Error(payload.type);
        const { fromSeq, toSeq, labels } = payload.data;
        expect(labels).toHaveLength(toSeq - fromSeq + 1);
        expect(labels[0]).toMatchObject({ seq: fromSeq, externalId: `x${fromSeq - 1}`, classKey: 'a' });
        ranges.push([fromSeq, toSeq]);
        await finish(delivery);
      }
    }
    expect(ranges).toEqual([
      [1, 1000],
      [1001, 2000],
      [2001, 2345],
    ]);
  });

  test('nothing of what happened while it was off', async () => {
    const { db } = house;
    const { projectId, itemIds, annotators } = await makeProject(db);
    const webhookId = await listen(projectId, 'label.created', 'import.done');
    const [waiting] = [await createTestDelivery(db, { webhookId })];
    await updateWebhook(db, { webhookId, isEnabled: false, actor: nobody });
    expect(await logOf(webhookId)).toMatchObject([{ id: waiting.id, status: 'failed' }]);
    expect(await codeOf(createTestDelivery(db, { webhookId }))).toBe('webhook-disabled');
    expect(await codeOf(replayDelivery(db, { deliveryId: waiting.id, actor: nobody }))).toBe(
      'webhook-disabled',
    );
    await submitAnnotation(db, {
      itemId: itemIds[0]!,
      annotatorId: annotators[0]!,
      answer: { classKey: 'a' },
    });
    await collectLabels(db);
    const on = await updateWebhook(db, { webhookId, isEnabled: true, actor: nobody });
    expect(on).toMatchObject({ isEnabled: true, disabledReason: null });
    await collectLabels(db);
    expect(await messagesOf(webhookId)).toHaveLength(1);
    expect(await replayDelivery(db, { deliveryId: waiting.id, actor: nobody })).toMatchObject({
      status: 'pending',
    });
  });
});

describe('who sends', () => {
  test('each delivery is in the hands of one, however many ask', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db);
    const webhookId = await listen(projectId, 'import.done');
    const ids = [];
    for (let i = 0; i < 30; i++) ids.push((await createTestDelivery(db, { webhookId })).id);
    const claimed = (await Promise.all(Array.from({ length: 6 }, () => claim(webhookId)))).flat();
    expect(claimed.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  });

  test('a slow receiver has no more than its share', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db);
    const [slow, quick] = [await listen(projectId, 'import.done'), await listen(projectId, 'import.done')];
    for (let i = 0; i < 10; i++) await createTestDelivery(db, { webhookId: slow });
    await createTestDelivery(db, { webhookId: quick });
    const others = await db.query<{ id: string }>('SELECT id FROM webhooks WHERE NOT id = ANY($1)', [
      [slow, quick],
    ]);
    const claimed = await claimDeliveries(db, {
      limit: 100,
      claimMs: 30_000,
      perWebhook: 2,
      except: others.map(({ id }) => id),
    });
    expect(claimed.map(({ webhookId }) => webhookId).toSorted()).toEqual([slow, slow, quick].toSorted());
  });

  test('a sender that died is followed by another, and its late result does not undo what that one did', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db);
    const webhookId = await listen(projectId, 'import.done');
    await createTestDelivery(db, { webhookId });
    const now = new Date();
    const [first] = await claim(webhookId, now);
    expect(await claim(webhookId, new Date(now.getTime() + 29_000))).toEqual([]);
    const later = new Date(now.getTime() + 31_000);
    const [second] = await claim(webhookId, later);
    expect(second).toMatchObject({ id: first!.id, attempt: 2 });
    await finish(second!);
    await finish(first!, { status: 500, nextAttemptAt: later });
    expect(await logOf(webhookId)).toMatchObject([
      {
        status: 'delivered',
        nextAttemptAt: null,
        attempts: [{ number: 1, responseStatus: 500 }, { number: 2 }],
      },
    ]);
    expect((await db.prisma.webhook.findUniqueOrThrow({ where: { id: webhookId } })).failingSince).toBeNull();
  });

  test('both secrets are handed out until the overlap of a rotation ends', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db);
    const webhookId = await listen(projectId, 'import.done');
    const now = new Date();
    const rotated = await rotateWebhook(db, {
      webhookId,
      sealedSecret: 'newer',
      overlapMs: dayMs,
      actor: nobody,
      now,
    });
    expect(rotated.previousSecretUntil).toBe(new Date(now.getTime() + dayMs).toISOString());
    await createTestDelivery(db, { webhookId });
    const [during] = await claim(webhookId);
    expect(during!.sealedSecrets).toEqual(['newer', 'sealed']);
    const [after] = await claim(webhookId, new Date(now.getTime() + dayMs + 1));
    expect(after!.sealedSecrets).toEqual(['newer']);
    await rotateWebhook(db, { webhookId, sealedSecret: 'newest', overlapMs: 0, actor: nobody, now });
    const [leaked] = await claim(webhookId, new Date(now.getTime() + dayMs + 60_000));
    expect(leaked!.sealedSecrets).toEqual(['newest']);
  });
});

describe('failures', () => {
  test('one that answers again gets what waits at once', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db);
    const webhookId = await listen(projectId, 'import.done');
    for (let i = 0; i < 2; i++) await createTestDelivery(db, { webhookId });
    const [one, two] = await claim(webhookId);
    const tomorrow = new Date(Date.now() + dayMs);
    await finish(one!, { status: 500, nextAttemptAt: tomorrow });
    expect(await claim(webhookId)).toEqual([]);
    await finish(two!);
    expect((await claim(webhookId)).map(({ id, step }) => [id, step])).toEqual([[one!.id, 1]]);
  });

  test('after five days without a success it is switched off, which the audit tells', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db);
    const webhookId = await listen(projectId, 'import.done');
    const start = Date.now();
    const at = (days: number) => new Date(start + days * dayMs);
    for (const days of [0, 1, 2.5, 4, 4.9]) {
      await createTestDelivery(db, { webhookId, now: at(days) });
      for (const delivery of await claim(webhookId, at(days)))
        await finish(delivery, { status: 500, now: at(days) });
      expect((await db.prisma.webhook.findUniqueOrThrow({ where: { id: webhookId } })).disabledAt).toBeNull();
    }
    const { id: waiting } = await createTestDelivery(db, { webhookId, now: at(6) });
    await createTestDelivery(db, { webhookId, now: at(5) });
    const [last] = await claim(webhookId, at(5));
    await finish(last!, { status: 500, nextAttemptAt: at(6), now: at(5) });
    const webhook = await db.prisma.webhook.findUniqueOrThrow({ where: { id: webhookId } });
    expect(webhook).toMatchObject({ disabledReason: 'failures', disabledAt: at(5), failingSince: at(0) });
    expect((await logOf(webhookId)).find(({ id }) => id === waiting)).toMatchObject({ status: 'failed' });
    const entries = await db.prisma.auditEntry.findMany({
      where: { targetId: webhookId, action: 'webhook.disable' },
    });
    expect(entries).toMatchObject([{ actorId: null, detail: { reason: 'failures' } }]);
  });

  test('the five days count anew after a silence, and for another URL', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db);
    const webhookId = await listen(projectId, 'import.done');
    const start = Date.now();
    const at = (days: number) => new Date(start + days * dayMs);
    const failAt = async (days: number) => {
      await createTestDelivery(db, { webhookId, now: at(days) });
      for (const delivery of await claim(webhookId, at(days)))
        await finish(delivery, { status: 500, now: at(days) });
      const { failingSince, disabledAt } = await db.prisma.webhook.findUniqueOrThrow({
        where: { id: webhookId },
      });
      return { failingSince, disabledAt };
    };
    for (const [days, since] of [
      [0, 0],
      [1, 0],
      [6, 6], // nothing was sent for five days
      [7, 6],
    ] as const)
      expect(await failAt(days)).toEqual({ failingSince: at(since), disabledAt: null });
    const url = 'https://receiver.example/';
    expect((await updateWebhook(db, { webhookId, url, actor: nobody })).failingSince).toBe(
      at(6).toISOString(),
    );
    const moved = await updateWebhook(db, { webhookId, url: `${url}other`, actor: nobody });
    expect(moved.failingSince).toBeNull();
    expect(await failAt(8)).toEqual({ failingSince: at(8), disabledAt: null });
  });

  test('410 is believed at once', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db);
    const webhookId = await listen(projectId, 'import.done');
    await createTestDelivery(db, { webhookId });
    const [only] = await claim(webhookId);
    await finish(only!, { status: 410, nextAttemptAt: new Date() });
    const webhook = await db.prisma.webhook.findUniqueOrThrow({ where: { id: webhookId } });
    expect(webhook.disabledReason).toBe('gone');
  });

  test('the log is kept for a month after the end, and what waits for as long as it waits', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db);
    const webhookId = await listen(projectId, 'import.done');
    for (let i = 0; i < 2; i++) await createTestDelivery(db, { webhookId });
    const [one] = await claim(webhookId);
    await finish(one!);
    await removeOldDeliveries(db, { now: new Date(Date.now() + 29 * dayMs) });
    expect(await logOf(webhookId)).toHaveLength(2);
    await removeOldDeliveries(db, { now: new Date(Date.now() + 31 * dayMs) });
    expect((await logOf(webhookId)).map(({ status }) => status)).toEqual(['pending']);
  });
});

describe('what the database refuses', () => {
  test('a secret that is not sealed, and a message that neither waits nor has ended', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db);
    const open = `whsec_${randomBytes(32).toString('base64')}`;
    const webhookId = await listen(projectId, 'import.done');
    expect(
      await codeOf(db.query('UPDATE webhooks SET sealed_secret = $2 WHERE id = $1', [webhookId, open])),
    ).toBe('23514');
    const { id } = await createTestDelivery(db, { webhookId });
    expect(
      await codeOf(db.query('UPDATE webhook_deliveries SET next_attempt_at = NULL WHERE id = $1', [id])),
    ).toBe('23514');
  });

  test('more than twenty webhooks of a project, also when they are made at once', async () => {
    const { projectId } = await makeProject(house.db);
    const codes = await Promise.all(
      Array.from({ length: 24 }, () => codeOf(listen(projectId, 'round.done')).then((code) => code)),
    );
    expect(codes.filter((code) => code === 'too-many-webhooks')).toHaveLength(4);
  });

  test('a message whose transaction is taken back', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db);
    const webhookId = await listen(projectId, 'import.done');
    const taken = createTestDelivery(db, {
      webhookId,
      also: async () => {
        throw new Error('taken back');
      },
    });
    await expect(taken).rejects.toThrow('taken back');
    expect(await messagesOf(webhookId)).toEqual([]);
  });
});
