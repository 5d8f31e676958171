import reference from '@scalar/fastify-api-reference';
import type { FastifyInstance } from 'fastify';
import { errorsHtml } from './errors/errors-page.js';

/** What the pages need beyond the API's own policy: script and style that stand in the page, and nothing from outside. */
const policy = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The reference at /docs, and the errors at /docs/errors. */
export async function registerDocs(app: FastifyInstance): Promise<void> {
  await app.register(async (docs) => {
    docs.addHook('onSend', async (_request, reply) => {
      reply.header('content-security-policy', policy).header('cache-control', 'no-cache');
      // The plugin opens the document to other origins; nothing else of this API is.
      reply.removeHeader('access-control-allow-origin').removeHeader('access-control-allow-methods');
    });
    docs.get('/docs/errors', { schema: { hide: true } }, async (_request, reply) =>
      reply.type('text/html; charset=utf-8').send(errorsHtml()),
    );
    await docs.register(reference, {
      routePrefix: '/docs',
      configuration: {
        pageTitle: 'Tangent API',
        withDefaultFonts: false,
        telemetry: false,
        agent: { disabled: true },
        // Both lead to services of others.
        showDeveloperTools: 'never',
        hideClientButton: true,
      },
    });
  });
}
