import swagger from '@fastify/swagger';
import reference from '@scalar/fastify-api-reference';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';

/** OpenAPI 3.1 from the same contracts that the routes are bound to. Registered before the routes. */
export async function registerOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tangent',
        version: '0.1.0',
        description:
          'Active-learning labeling with neural-tangent-kernel look-ahead. Errors are application/problem+json with a stable code.',
        license: { name: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'An API token of POST /v1/tokens' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'tangent_session',
            description: 'A browser session; writes need the header x-csrf-token as well',
          },
        },
      },
    },
    transform: jsonSchemaTransform,
  });
  app.get('/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}

/** The reference page at /docs; it loads nothing from outside. */
export async function registerReference(app: FastifyInstance): Promise<void> {
  await app.register(async (docs) => {
    // The page brings its script and style inline; only here are they allowed.
    docs.addHook('onSend', async (_request, reply) => {
      reply.header(
        'content-security-policy',
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'",
      );
    });
    await docs.register(reference, {
      routePrefix: '/docs',
      configuration: {
        url: '/v1/openapi.json',
        withDefaultFonts: false,
        telemetry: false,
        agent: { disabled: true },
      } as never,
    });
  });
}
