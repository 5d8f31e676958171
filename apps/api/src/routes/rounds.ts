import {
  cancelRound,
  createRound,
  estimateRound,
  getRound,
  getRoundJobs,
  getRoundRanking,
  getRoundScores,
  getRoundShards,
  listRounds,
  retryRound,
} from '@tangent/contracts';
import * as database from '@tangent/database';
import type { FastifyInstance } from 'fastify';
import { refuseBlind } from '../auth/authorise.js';
import type { Deps } from '../deps.js';
import { Alternative, route } from '../http/route.js';

export function roundRoutes(app: FastifyInstance, deps: Deps): void {
  const { db, queue } = deps;
  route(app, deps, createRound, async ({ params: { projectId }, body, actor, reply, keep }) => {
    const { dryRun, ...request } = body;
    if (dryRun) return new Alternative(await database.estimateRound(db, { projectId, request }));
    return database.startRound(db, {
      projectId,
      request,
      actor,
      also: (tx, round) => {
        reply.header('location', `/v1/rounds/${round.id}`);
        return keep(tx, round);
      },
    });
  });
  route(app, deps, estimateRound, ({ params, body }) =>
    database.estimateRound(db, { projectId: params.projectId, request: body }),
  );
  route(app, deps, listRounds, async ({ params, query }) =>
    database.listRounds(db, { projectId: params.projectId, ...query }),
  );
  route(app, deps, getRound, async ({ params }) => database.getRound(db, params.roundId));
  route(app, deps, getRoundRanking, async ({ params, query, grant }) => {
    await refuseBlind(db, grant);
    return database.getRoundRanking(db, { roundId: params.roundId, ...query });
  });
  route(app, deps, getRoundScores, async ({ params, query }) =>
    database.getRoundScores(db, { roundId: params.roundId, ...query }),
  );
  route(app, deps, getRoundShards, async ({ params }) => ({
    items: await database.listShards(db, params.roundId),
    nextCursor: null,
  }));
  route(app, deps, getRoundJobs, async ({ params: { roundId }, query: { fromShard, numShards } }) => {
    const { attempt } = await database.getRound(db, roundId);
    const numOfRound = (await database.listShards(db, roundId)).length;
    const opened = await queue.open();
    const toShard = Math.min(numOfRound, fromShard + numShards);
    const items = await opened.roundJobs({ roundId, attempt, fromShard, toShard });
    return { attempt, items, nextCursor: null };
  });
  route(app, deps, cancelRound, async ({ params, actor }) =>
    database.cancelRound(db, { roundId: params.roundId, actor }),
  );
  route(app, deps, retryRound, async ({ params, actor }) =>
    database.retryRound(db, { roundId: params.roundId, actor }),
  );
}
