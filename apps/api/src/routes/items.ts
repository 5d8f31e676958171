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
import type { FastifyInstance } from 'fastify';
import type { Grant } from '../auth/authorise.js';
import type { Deps } from '../deps.js';
import { route } from '../http/route.js';
import { viewItem } from './item-view.js';

export function itemRoutes(app: FastifyInstance, deps: Deps): void {
  const { db, blobs, replies } = deps;

  route(app, deps, listItems, async ({ params, query }) => {
    const page = await database.listItems(db, { projectId: params.projectId, ...query });
    return {
      items: page.items.map((item) => ({ ...viewItem(item), rank: item.rank, score: item.score })),
      nextCursor: page.nextCursor,
    };
  });
  route(app, deps, getItem, async ({ params }) => viewItem(await database.getItem(db, params.itemId)));

  route(app, deps, getItemMedia, async ({ params, request, reply }) => {
    const media = await database.getItemMedia(db, params.itemId);
    if (!media) throw new TangentError('not-found', `The item ${params.itemId} has no image.`);
    const tag = `"${media.sha256}"`;
    // Content never changes under an item's id; private, for it needs a login.
    reply.header('cache-control', 'private, max-age=31536000, immutable').header('etag', tag);
    if (request.headers['if-none-match'] === tag) return reply.code(304).send();
    const { stream, numBytes } = await blobs.open(media.sha256);
    return reply.type(media.mimeType).header('content-length', numBytes).send(stream);
  });

  /** Asks the worker that holds the live model. Blind projects keep what the model thinks from annotators. */
  const ask = async (grant: Grant, question: LiveQuestion) => {
    const projectId = grant.projectId!;
    const { settings } = await database.getProjectSetup(db, projectId);
    if (settings.blind && grant.role === 'annotator')
      throw new TangentError(
        'forbidden',
        'The project is blind: annotators do not see what the model thinks.',
      );
    if (!(await database.getRankingInfo(db, projectId)))
      throw new TangentError(
        'no-ranking',
        'The project has no finished round yet; the first one ends in a moment, or start one.',
      );
    const reply = await database.askLive(db, replies, { projectId, question, timeoutMs: 3000 });
    if (reply.kind === 'unknown-item')
      throw new TangentError(
        'not-found',
        `The model does not know the item ${question.itemId} yet: it came after the last round, or is held out.`,
      );
    return reply;
  };
  route(app, deps, getWhatIf, async ({ params, grant }) => {
    const reply = await ask(grant, { kind: 'what-if', itemId: params.itemId });
    if (reply.kind !== 'what-if') throw new Error(`asked what-if, was answered ${reply.kind}`);
    return reply.answer;
  });
  route(app, deps, getExplanation, async ({ params, grant }) => {
    const reply = await ask(grant, { kind: 'explanation', itemId: params.itemId });
    if (reply.kind !== 'explanation') throw new Error(`asked for an explanation, was answered ${reply.kind}`);
    return reply.answer;
  });
}
