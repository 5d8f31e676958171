import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import { TangentError } from '@tangent/contracts';
import { newId } from '@tangent/database';
import Fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { sessionCookie } from './auth/caller.js';
import type { Deps } from './deps.js';
import { registerProblems } from './errors/problem.js';
import { registerOpenApi, registerReference } from './openapi.js';
import { accountRoutes } from './routes/accounts.js';
import { adminRoutes } from './routes/admin.js';
import { eventRoutes } from './routes/events.js';
import { healthRoutes } from './routes/health.js';
import { importRoutes } from './routes/imports.js';
import { insightRoutes } from './routes/insight.js';
import { itemRoutes } from './routes/items.js';
import { labelingRoutes } from './routes/labeling.js';
import { projectRoutes } from './routes/projects.js';
import { roundRoutes } from './routes/rounds.js';
import { sessionRoutes } from './routes/sessions.js';

const uploadBytes = 2 * 1024 ** 3;

/** The API as an app that does not listen yet. */
export async function buildApp(deps: Deps): Promise<FastifyInstance> {
  const app = Fastify({
    logger: { level: deps.settings.logLevel, base: { app: 'api', pid: process.pid } },
    genReqId: () => newId('request'),
    trustProxy: 'loopback',
    bodyLimit: 1024 * 1024,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.decorateRequest('grant', null);
  registerProblems(app);
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
  });
  await app.register(cookie);
  await app.register(multipart, { limits: { files: 1, fileSize: uploadBytes, fields: 5 } });
  await app.register(rateLimit, {
    max: deps.settings.requestsPerMinute,
    timeWindow: 60_000,
    keyGenerator: (request) => request.headers.authorization ?? request.cookies[sessionCookie] ?? request.ip,
    errorResponseBuilder: (_request, { after }) =>
      new TangentError('too-many-requests', `Too many requests; go on in ${after}.`),
  });
  await registerOpenApi(app);
  await registerReference(app);
  for (const register of [
    healthRoutes,
    sessionRoutes,
    accountRoutes,
    projectRoutes,
    importRoutes,
    itemRoutes,
    roundRoutes,
    labelingRoutes,
    insightRoutes,
    eventRoutes,
    adminRoutes,
  ])
    register(app, deps);
  return app;
}
