import {
  getConfusion,
  getCurve,
  getForecast,
  getLab,
  getMap,
  getPredictions,
  getQuality,
  getSuspects,
} from '@tangent/contracts';
import * as database from '@tangent/database';
import { noForecast, wilsonInterval } from '@tangent/labeling';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.js';
import { route } from '../http/route.js';
import { isKnown, tagged } from '../http/version-tag.js';

export function insightRoutes(app: FastifyInstance, deps: Deps): void {
  const { db, replies } = deps;
  route(app, deps, getPredictions, async ({ params, query }) => {
    const page = await database.getPredictions(db, { projectId: params.projectId, ...query });
    return {
      items: page.items.map(({ externalId, ...item }) => ({
        ...item,
        ...(externalId !== null && { externalId }),
      })),
      model: page.model,
      nextCursor: page.nextCursor,
    };
  });
  route(app, deps, getCurve, async ({ params }) => {
    const points = await database.listCurvePoints(db, params.projectId);
    return {
      points: points.map(({ roundId, arm, numLabels, numCorrect, numHoldout }) => ({
        roundId,
        arm,
        numLabels,
        numHoldout,
        accuracy: numCorrect / numHoldout,
        interval: wilsonInterval(numCorrect, numHoldout),
      })),
    };
  });
  route(app, deps, getConfusion, ({ params }) => database.readConfusion(db, params.projectId));
  route(app, deps, getQuality, ({ params }) => database.readAgreement(db, params.projectId));
  route(app, deps, getSuspects, ({ params, query }) =>
    database.askSuspects(db, replies, { projectId: params.projectId, ...query }),
  );
  route(app, deps, getForecast, async ({ params: { projectId }, query: { batch } }) => {
    const reported = await database.askReport<'forecast'>(db, replies, {
      projectId,
      question: { kind: 'forecast', batch },
    });
    return reported.kind === 'answered' ? reported.answer : noForecast(reported.reason);
  });
  route(app, deps, getLab, async ({ params: { projectId }, query: { items, seed } }) => {
    const reported = await database.askReport<'lab'>(db, replies, {
      projectId,
      question: { kind: 'lab', items, seed: seed ?? null },
    });
    if (reported.kind === 'answered') return reported.answer;
    return { model: null, sample: null, kernels: null, reason: reported.reason };
  });
  route(app, deps, getMap, async ({ params, request, reply }) => {
    const tag = await database.mapTag(db, params);
    const version = tag === null ? null : { tag, cacheControl: 'private, no-cache' };
    if (version && isKnown(request, version)) return tagged(reply, version).code(304).send();
    const map = await database.askMap(db, replies, params);
    // That there is none yet is no version of it.
    if (version && map.reason === null) tagged(reply, version);
    return map;
  });
}
