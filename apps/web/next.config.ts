import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';

/** What the pages may load: themselves only. Next writes its data into inline scripts, hence 'unsafe-inline'. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const config: NextConfig = {
  output: 'standalone',
  outputFileTracingRoot: fileURLToPath(new URL('../..', import.meta.url)),
  poweredByHeader: false,
  images: { unoptimized: true },
  headers: async () => [
    {
      source: '/((?!api/|admin/queues).*)',
      headers: [
        { key: 'content-security-policy', value: contentSecurityPolicy },
        { key: 'referrer-policy', value: 'same-origin' },
        { key: 'x-content-type-options', value: 'nosniff' },
      ],
    },
  ],
};

export default config;
