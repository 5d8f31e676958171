import { TangentError } from '@tangent/contracts';
import type { FastifyInstance } from 'fastify';

const lookEveryMs = 20;

/**
 * Closing finishes the requests that run, refuses those that still come on open connections, and then ends every
 * connection. Node's own close leaves one that was opened ahead and never used (as fetch does) until it times out,
 * a minute later.
 */
export function registerOrderlyClose(app: FastifyInstance): void {
  let isClosing = false;
  let numRunning = 0;
  app.addHook('onRequest', async (_request, reply) => {
    if (isClosing) {
      reply.header('connection', 'close');
      throw new TangentError('shutting-down', 'This server is stopping; repeat the request in a moment.');
    }
    numRunning++;
    reply.raw.once('close', () => {
      numRunning--;
    });
  });
  app.addHook('preClose', async () => {
    isClosing = true;
    if (!app.server.listening) return;
    const timer = setInterval(() => {
      if (numRunning === 0 && !app.server.listening) app.server.closeAllConnections();
    }, lookEveryMs);
    app.server.once('close', () => clearInterval(timer));
  });
}
