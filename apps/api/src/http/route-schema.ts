import { type Endpoint, problem } from '@tangent/contracts';
import type { FastifySchema } from 'fastify';

/** A contract as a Fastify schema: validation and serialisation, and what OpenAPI says of it. */
export function schemaOf(endpoint: Endpoint): FastifySchema {
  const { params, query, body, response, alternative, access } = endpoint;
  return {
    operationId: endpoint.name,
    summary: endpoint.summary,
    description: described(endpoint),
    tags: [endpoint.tag],
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...(body && !endpoint.multipart && { body }),
    response: {
      ...(response && { [endpoint.status]: response }),
      ...(alternative && {
        [alternative.status]: {
          description: alternative.when,
          content: { 'application/json': { schema: alternative.response } },
        },
      }),
      default: {
        description: 'A problem document (RFC 9457); its codes are listed at /docs/errors',
        content: { 'application/problem+json': { schema: problem } },
      },
    },
    security: access === 'public' ? [] : [{ token: [] }, { session: [] }],
  } as FastifySchema;
}

function described({ access, scope }: Endpoint): string {
  if (access === 'public') return 'Needs no login.';
  const who =
    typeof access === 'object'
      ? `Members of the project with the role ${access.atLeast} or more`
      : { user: 'Any user', owner: 'Whoever it belongs to, and admins', admin: 'Admins' }[access];
  return `${who}; an API token needs the scope \`${scope}\`.`;
}
