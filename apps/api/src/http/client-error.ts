import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type ErrorCode, errorCatalogue, type Problem } from '@tangent/contracts';
import { newId } from '@tangent/database';
import type { FastifyBaseLogger } from 'fastify';

/** By Node's codes; whatever else the parser refuses is no HTTP. */
const explanations: Readonly<Record<string, { readonly code: ErrorCode; readonly detail: string }>> = {
  HPE_HEADER_OVERFLOW: {
    code: 'headers-too-large',
    detail: 'The address and the headers together are larger than the 16 KiB that a request may have.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    code: 'request-timeout',
    detail: 'The request did not arrive whole in time; the connection is closed. Send it again.',
  },
};
const unreadable = {
  code: 'malformed-request',
  detail: 'The request cannot be read as HTTP; the connection is closed.',
} as const;

/** What never became a request is answered with a problem document too, and the connection closed. */
export function handleClientError(
  this: { readonly log: FastifyBaseLogger },
  error: Error & { readonly code?: string },
  socket: Socket,
): void {
  this.log.debug({ err: error }, 'client error');
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable || isAnswering(socket)) {
    socket.destroy();
    return;
  }
  const { code, detail } = explanations[error.code ?? ''] ?? unreadable;
  const { status, title } = errorCatalogue[code];
  const problem: Problem = {
    type: `/docs/errors#${code}`,
    title,
    status,
    code,
    detail,
    requestId: newId('request'),
  };
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

/** Half an answer is under way: ours would be read as the rest of it. Node's own handler looks at the same property. */
const isAnswering = (socket: Socket): boolean =>
  (socket as Socket & { readonly _httpMessage?: ServerResponse | null })._httpMessage?.headersSent ?? false;
