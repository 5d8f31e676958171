import { createBullBoard } from '@bull-board/api';
import { FastifyAdapter } from '@bull-board/fastify';
import { TangentError } from '@tangent/contracts';
import type { FastifyError, FastifyInstance } from 'fastify';
import { admit } from '../auth/authorise.js';
import { identify } from '../auth/caller.js';
import type { Deps } from '../deps.js';
import { handleError } from '../errors/problem.js';

/** The same through the web app, which passes it on. */
const basePath = '/admin/queues';

/** What the page needs beyond the API’s own policy: its own scripts, and styles that it makes. Nothing from outside. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Fonts that the page would fetch from another company; it does without. */
const fontsFromOutside = /<link href="https:\/\/fonts\.[^>]+>/g;

/**
 * Bull Board for admins, to look at: it knows neither our CSRF token nor the audit, so no write gets through, whatever
 * its page offers. What may be done with queues and rounds is done by the API’s own calls.
 */
export async function registerBoard(app: FastifyInstance, { db, queue }: Deps): Promise<void> {
  const serverAdapter = new FastifyAdapter();
  serverAdapter.setBasePath(basePath);
  const board = createBullBoard({
    queues: [],
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Tangent', hideRedisDetails: true } },
  });
  let isFilled = false;
  await app.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      try {
        const caller = await identify(db, request);
        admit({ name: basePath, access: 'admin', scope: 'admin' }, request, caller);
        if (request.method !== 'GET' && request.method !== 'HEAD')
          throw new TangentError(
            'forbidden',
            'Bull Board only shows. Pause, resume and drain queues by POST /v1/admin/queues/…, cancel and retry rounds by POST /v1/rounds/…',
          );
        if (isFilled) return;
        board.setQueues((await queue.open()).boards());
        isFilled = true;
      } catch (error) {
        // The board’s own way to tell errors knows no problem documents.
        return handleError(error as FastifyError, request, reply);
      }
    });
    scope.addHook('onSend', async (_request, reply, payload) => {
      reply.header('content-security-policy', policy);
      const isPage = String(reply.getHeader('content-type')).startsWith('text/html');
      if (!isPage || typeof payload !== 'string') return payload;
      reply.removeHeader('content-length');
      return payload.replace(fontsFromOutside, '');
    });
    await scope.register(serverAdapter.registerPlugin(), { prefix: basePath });
  });
}
