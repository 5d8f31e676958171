import swagger from '@fastify/swagger';
import * as contracts from '@tangent/contracts';
import { type Endpoint, endpoints } from '@tangent/contracts';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { sessionCookie } from './auth/caller.js';

/** Schemas that are named in the document instead of being repeated wherever they occur. */
const named = {
  Problem: contracts.problem,
  User: contracts.user,
  Project: contracts.project,
  ProjectSettings: contracts.projectSettings,
  Item: contracts.item,
  Annotation: contracts.annotation,
  Round: contracts.round,
  RoundConfig: contracts.roundConfig,
  Operation: contracts.operation,
  WhatIf: contracts.whatIf,
  Explanation: contracts.explanation,
  Webhook: contracts.webhook,
  Delivery: contracts.delivery,
} as const;

const description = `Active-learning labeling with neural-tangent-kernel look-ahead.

Errors are \`application/problem+json\` with a stable \`code\`: see /docs/errors. Lists answer \`{ items, nextCursor }\`;
send \`nextCursor\` as \`cursor\` for the next page. A POST that carries an \`Idempotency-Key\` can be repeated safely for a
day: it is done once, and every repetition gets the first answer.`;

/** OpenAPI 3.1 from the contracts that the routes are bound to. Registered before the routes. */
export async function registerOpenApi(app: FastifyInstance): Promise<void> {
  for (const [id, schema] of Object.entries(named))
    z.globalRegistry.add(schema, { ...z.globalRegistry.get(schema), id });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Tangent', version: '0.1.0', description, license: { name: 'Apache-2.0' } },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'An API token of POST /v1/tokens' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: sessionCookie,
            description: 'A browser session; writes need the header x-csrf-token as well',
          },
        },
      },
    },
    transform: (document) => {
      const transformed = jsonSchemaTransform(document);
      const endpoint = endpointOf(transformed.schema);
      return endpoint ? { ...transformed, schema: completed(transformed.schema, endpoint) } : transformed;
    },
    transformObject: (document) => withoutUnused(jsonSchemaTransformObject(document)),
  });
  app.get('/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}

function endpointOf(schema: unknown): Endpoint | undefined {
  const name = (schema as { operationId?: string } | undefined)?.operationId;
  return name === undefined ? undefined : (endpoints as Record<string, Endpoint>)[name];
}

const fileForm = {
  type: 'object',
  required: ['file'],
  properties: { file: { type: 'string', format: 'binary' } },
};

/** What a zod schema cannot say: streams, files and headers. */
function completed(
  schema: object,
  { streams, multipart, body, method, access, name, status }: Endpoint,
): object {
  const headers: Record<string, object> = {};
  if (method === 'POST' && (access !== 'public' || name === 'createSession'))
    headers['idempotency-key'] = { type: 'string', maxLength: 255, description: 'Such as a UUID' };
  if (name === 'updateProject')
    headers['if-match'] = { type: 'string', description: 'The ETag that the change was made against' };
  const { response } = schema as { response?: object };
  return {
    ...schema,
    ...(Object.keys(headers).length > 0 && { headers: { type: 'object', properties: headers } }),
    ...(multipart && !body && { consumes: ['multipart/form-data'], body: fileForm }),
    ...(multipart &&
      body && {
        body: {
          content: {
            'multipart/form-data': { schema: fileForm },
            'application/json': { schema: z.toJSONSchema(body, { io: 'input', target: 'draft-2020-12' }) },
          },
        },
      }),
    ...(streams && {
      response: {
        ...response,
        [status]: { description: 'A stream', content: contentOf([streams].flat()) },
      },
    }),
  };
}

const contentOf = (mediaTypes: readonly string[]) =>
  Object.fromEntries(mediaTypes.map((type) => [type, { schema: { type: 'string' } }]));

interface Document {
  components?: { schemas?: Record<string, unknown> };
}

/** Each named schema is there as an input and as an output; leaves those that a call refers to. */
function withoutUnused<T>(document: T): T {
  const { schemas = {} } = (document as Document).components ?? {};
  const isUsed = (name: string) => JSON.stringify(document).includes(`"#/components/schemas/${name}"`);
  for (;;) {
    const unused = Object.keys(schemas).filter((name) => !isUsed(name));
    if (unused.length === 0) return document;
    for (const name of unused) delete schemas[name];
  }
}
