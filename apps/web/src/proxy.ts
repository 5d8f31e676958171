import { type NextRequest, NextResponse } from 'next/server';

/**
 * What a page may load: this service only, and of scripts in the page itself only those that carry the word of this one
 * answer. Next writes its data into such scripts; whoever smuggles one in does not know the word. ('strict-dynamic' would
 * let a script of ours run one that it was talked into making.)
 */
function policyOf(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Gives every page its policy. Next reads the nonce out of the request's and writes it into its scripts. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64');
  const policy = policyOf(nonce);
  const headers = new Headers(request.headers);
  headers.set('x-nonce', nonce);
  headers.set('content-security-policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  return response;
}

export const config = { matcher: '/((?!api/|admin/queues|_next/static|_next/image|icon.svg).*)' };
