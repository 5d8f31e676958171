import {
  cancelRound,
  createRound,
  getRound,
  getRoundRanking,
  getRoundScores,
  getRoundShards,
  listRounds,
  retryRound,
} from '@tangent/contracts';
import * as database from '@tangent/database';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.js';
import { route } from '../http/route.js';
import { mutable } from './accounts.js';

export function roundRoutes(app: FastifyInstance, deps: Deps): void {
  const { db } = deps;
  route(app, deps, createRound, async ({ params, body, actor, reply, keep }) => {
    const round = await database.startRound(db, {
      projectId: params.projectId,
      request: body,
      actor,
      also: keep,
    });
    reply.header('location', `/v1/rounds/${round.id}`);
    return round;
  });
  route(app, deps, listRounds, async ({ params, query }) =>
    mutable(await database.listRounds(db, { projectId: params.projectId, ...query })),
  );
  route(app, deps, getRound, async ({ params }) => database.getRound(db, params.roundId));
  route(app, deps, getRoundRanking, async ({ params, query }) =>
    mutable(await database.getRoundRanking(db, { roundId: params.roundId, ...query })),
  );
  route(app, deps, getRoundScores, async ({ params, query }) =>
    mutable(await database.getRoundScores(db, { roundId: params.roundId, ...query })),
  );
  route(app, deps, getRoundShards, async ({ params }) => ({
    items: await database.listShards(db, params.roundId),
    nextCursor: null,
  }));
  route(app, deps, cancelRound, async ({ params, actor }) =>
    database.cancelRound(db, { roundId: params.roundId, actor }),
  );
  route(app, deps, retryRound, async ({ params, actor }) =>
    database.retryRound(db, { roundId: params.roundId, actor }),
  );
}
