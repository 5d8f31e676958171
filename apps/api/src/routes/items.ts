import {
  getExplanation,
  getItem,
  getItemMedia,
  getWhatIf,
  type LiveQuestion,
  listItems,
  TangentError,
} from '@tangent/contracts';
import * as database from '@tangent/database';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Grant, isBlindFor, refuseBlind } from '../auth/authorise.js';
import type { Deps } from '../deps.js';
import { route } from '../http/route.js';
import { isKnown, tagged } from '../http/version-tag.js';
import { whenGone } from '../http/when-gone.js';
import { viewItem, viewItemFor } from './item-view.js';

/** Somebody looks at a screen meanwhile. */
const liveTimeoutMs = 3000;

export function itemRoutes(app: FastifyInstance, deps: Deps): void {
  const { db, blobs, replies } = deps;

  route(app, deps, listItems, async ({ params, query, grant }) => {
    const isBlind = await isBlindFor(db, grant);
    const page = await database.listItems(db, {
      projectId: params.projectId,
      hidesGold: grant.role === 'annotator',
      ...query,
    });
    return {
      items: page.items.map((item) => ({
        ...viewItem(item),
        rank: item.rank,
        score: isBlind ? null : item.score,
      })),
      nextCursor: page.nextCursor,
    };
  });
  route(app, deps, getItem, async ({ params, grant }) =>
    viewItemFor(await database.getItem(db, params.itemId), grant.role!),
  );

  route(app, deps, getItemMedia, async ({ params, request, reply }) => {
    const media = await database.getItemMedia(db, params.itemId);
    if (!media)
      throw new TangentError(
        'not-found',
        `The item ${params.itemId} is no image; GET /v1/items/{id} shows it.`,
      );
    // What an item shows never changes; private, for it needs a login.
    const version = { tag: `"${media.sha256}"`, cacheControl: 'private, max-age=31536000, immutable' };
    if (isKnown(request, version)) return tagged(reply, version).code(304).send();
    const { stream, numBytes } = await blobs.open(media.sha256);
    return tagged(reply, version).type(media.mimeType).header('content-length', numBytes).send(stream);
  });

  /** Asks the worker that holds the live model. */
  const ask = async (
    { grant, reply: to }: { readonly grant: Grant; readonly reply: FastifyReply },
    question: Extract<LiveQuestion, { itemId: string }>,
  ) => {
    await refuseBlind(db, grant);
    const projectId = grant.projectId!;
    const ranking = await database.getRankingInfo(db, projectId);
    if (!ranking)
      throw new TangentError(
        'no-ranking',
        'The project has no finished round yet. Wait for the one that runs, or start one by POST /v1/projects/{id}/rounds.',
      );
    if (ranking.modelVersion === null)
      throw new TangentError(
        'no-model',
        'The last round trained no model, since there were labels of fewer than two classes. Label items of two classes, then start a round by POST /v1/projects/{id}/rounds.',
      );
    // The model has learned its label, and would tell it to who is measured by it.
    const isSecret = await database.isSecretGold(db, {
      itemId: question.itemId,
      userId: grant.caller!.user.id,
      role: grant.role!,
    });
    const reply = isSecret
      ? ({ kind: 'unknown-item' } as const)
      : await database.askLive(db, replies, {
          projectId,
          question,
          timeoutMs: liveTimeoutMs,
          signal: whenGone(to),
        });
    if (reply.kind === 'unknown-item')
      throw new TangentError(
        'no-ranking',
        `The last round does not know the item ${question.itemId}: it was imported later, or is held out. The next round takes in what was imported.`,
      );
    return reply;
  };
  route(app, deps, getWhatIf, async (call) => {
    const reply = await ask(call, { kind: 'what-if', itemId: call.params.itemId });
    if (reply.kind !== 'what-if') throw new Error(`asked what-if, was answered ${reply.kind}`);
    return reply.answer;
  });
  route(app, deps, getExplanation, async (call) => {
    const reply = await ask(call, { kind: 'explanation', itemId: call.params.itemId });
    if (reply.kind !== 'explanation') throw new Error(`asked for an explanation, was answered ${reply.kind}`);
    return reply.answer;
  });
}
