import {
  createWebhook,
  deleteWebhook,
  listDeliveries,
  listWebhooks,
  replayDelivery,
  rotateWebhook,
  testWebhook,
  updateWebhook,
} from '@tangent/contracts';
import * as database from '@tangent/database';
import { assertWebhookUrl, newWebhookSecret, sealWebhookSecret } from '@tangent/webhooks';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.js';
import { route } from '../http/route.js';

const hourMs = 3_600_000;

export function webhookRoutes(app: FastifyInstance, deps: Deps): void {
  const { db, serverKey, settings } = deps;
  const policy = { privateHosts: settings.webhookPrivateHosts };

  route(app, deps, createWebhook, async ({ params, body, actor, keep }) => {
    assertWebhookUrl(body.url, policy);
    const id = database.newId('webhook');
    const secret = newWebhookSecret();
    const made = await database.createWebhook(db, {
      ...body,
      id,
      projectId: params.projectId,
      sealedSecret: sealWebhookSecret(serverKey, id, secret),
      actor,
      also: (tx, webhook) => keep(tx, { ...webhook, secret }),
    });
    return { ...made, secret };
  });
  route(app, deps, listWebhooks, async ({ params, query }) =>
    database.listWebhooks(db, { projectId: params.projectId, ...query }),
  );
  route(app, deps, updateWebhook, async ({ params, body, actor }) => {
    if (body.url !== undefined) assertWebhookUrl(body.url, policy);
    return database.updateWebhook(db, { webhookId: params.webhookId, ...body, actor });
  });
  route(app, deps, deleteWebhook, async ({ params, actor }) =>
    database.deleteWebhook(db, { webhookId: params.webhookId, actor }),
  );
  route(app, deps, rotateWebhook, async ({ params, body, actor, keep }) => {
    const secret = newWebhookSecret();
    const rotated = await database.rotateWebhook(db, {
      webhookId: params.webhookId,
      sealedSecret: sealWebhookSecret(serverKey, params.webhookId, secret),
      overlapMs: body.overlapHours * hourMs,
      actor,
      also: (tx, webhook) => keep(tx, { ...webhook, secret }),
    });
    return { ...rotated, secret };
  });
  route(app, deps, testWebhook, async ({ params, keep }) =>
    database.createTestDelivery(db, { webhookId: params.webhookId, also: keep }),
  );
  route(app, deps, listDeliveries, async ({ params, query }) =>
    database.listDeliveries(db, { webhookId: params.webhookId, ...query }),
  );
  route(app, deps, replayDelivery, async ({ params, actor, keep }) =>
    database.replayDelivery(db, { deliveryId: params.deliveryId, actor, also: keep }),
  );
}
