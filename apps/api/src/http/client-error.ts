import type { Socket } from 'node:net';
import { errorCatalogue, type Problem } from '@tangent/contracts';
import { newId } from '@tangent/database';
import type { FastifyBaseLogger } from 'fastify';

/** What never became a request is answered with a problem document too, and the connection closed. */
export function handleClientError(
  this: { readonly log: FastifyBaseLogger },
  error: Error & { readonly code?: string },
  socket: Socket,
): void {
  this.log.debug({ err: error }, 'client error');
  // Gone already, or half an answer is under way.
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = 'malformed-request';
  const { status, title } = errorCatalogue[code];
  const problem: Problem = {
    type: `/docs/errors#${code}`,
    title,
    status,
    code,
    detail:
      error.code === 'HPE_HEADER_OVERFLOW'
        ? 'The address and the headers together are larger than the 16 KiB that a request may have.'
        : 'The request cannot be read as HTTP; the connection is closed.',
    requestId: newId('request'),
  };
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${status} Bad Request\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
