import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import { newId } from '@tangent/database';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import type { Deps } from './deps.js';
import { registerDocs } from './docs-pages.js';
import { handleError, registerProblems } from './errors/problem.js';
import { handleClientError } from './http/client-error.js';
import { registerJsonBody } from './http/json-body.js';
import { registerOrderlyClose } from './http/orderly-close.js';
import { registerRateLimit } from './http/rate-limit.js';
import { registerRequestSpans } from './http/request-spans.js';
import { validatorCompiler } from './http/validation.js';
import { registerMetrics } from './metrics/request-metrics.js';
import { registerOpenApi } from './openapi.js';
import { registerBoard } from './queues/board.js';
import { accountRoutes } from './routes/accounts.js';
import { adminRoutes } from './routes/admin.js';
import { eventRoutes } from './routes/events.js';
import { exportRoutes } from './routes/exports.js';
import { healthRoutes } from './routes/health.js';
import { importRoutes } from './routes/imports.js';
import { insightRoutes } from './routes/insight.js';
import { itemRoutes } from './routes/items.js';
import { labelStudioRoutes } from './routes/label-studio.js';
import { labelingRoutes } from './routes/labeling.js';
import { memberRoutes } from './routes/members.js';
import { metricsRoute } from './routes/metrics.js';
import { networkRoutes } from './routes/networks.js';
import { projectRoutes } from './routes/projects.js';
import { roundRoutes } from './routes/rounds.js';
import { sessionRoutes } from './routes/sessions.js';
import { webhookRoutes } from './routes/webhooks.js';

/** The API as an app that does not listen yet. */
export async function buildApp(deps: Deps): Promise<FastifyInstance> {
  const { settings } = deps;
  const app = Fastify({
    logger: { level: settings.logLevel, base: { app: 'api', pid: process.pid } },
    logController: new LogController({ disableRequestLogging: true }), // one line a request, below
    genReqId: () => newId('request'),
    // Only the web app on this machine may say for whom it asks.
    trustProxy: 'loopback',
    bodyLimit: 1024 * 1024,
    requestTimeout: 3_600_000, // of the largest upload over a slow line
    forceCloseConnections: 'idle',
    return503OnClosing: false, // registerOrderlyClose says it as a problem document
    routerOptions: { maxParamLength: 200 },
    clientErrorHandler: handleClientError,
    frameworkErrors: (error, request, reply) => {
      handleError(error, request, reply);
    },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.decorateRequest('grant', null);
  registerProblems(app);
  const metrics = registerMetrics(app);
  registerRequestSpans(app);
  registerEveryRequest(app);
  registerOrderlyClose(app);
  registerJsonBody(app);
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
  });
  await app.register(cookie);
  await registerRateLimit(app, settings);
  await app.register(multipart, { limits: { files: 1, fileSize: settings.maxUploadBytes, fields: 5 } });
  await registerOpenApi(app);
  await registerDocs(app);
  for (const register of [
    healthRoutes,
    sessionRoutes,
    accountRoutes,
    memberRoutes,
    projectRoutes,
    importRoutes,
    networkRoutes,
    itemRoutes,
    roundRoutes,
    labelingRoutes,
    insightRoutes,
    exportRoutes,
    eventRoutes,
    adminRoutes,
    webhookRoutes,
    labelStudioRoutes,
  ])
    register(app, deps);
  metricsRoute(app, deps, metrics);
  await registerBoard(app, deps);
  return app;
}

/** What holds for every request: its id, one line in the log, and nothing cached unless a route says so. */
function registerEveryRequest(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).header('cache-control', 'no-store');
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, url, grant } = request;
    request.log.info(
      {
        method,
        url,
        status: reply.statusCode,
        ms: Math.round(10 * reply.elapsedTime) / 10,
        ...(grant?.caller && { userId: grant.caller.user.id }),
      },
      'request',
    );
  });
}
