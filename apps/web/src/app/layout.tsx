import type { Metadata, Viewport } from 'next';
import { headers } from 'next/headers';
import './globals.css';
import { themeScript } from '@/components/shell/theme-script';
import { Announcer } from '@/components/ui/announcer';

export const metadata: Metadata = {
  title: { default: 'Tangent', template: '%s · Tangent' },
  description: 'Active-learning labeling: the next item is the one that changes the model most.',
};
export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#faf9f6' },
    { media: '(prefers-color-scheme: dark)', color: '#0d1413' },
  ],
};

export default async function RootLayout({ children }: { readonly children: React.ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? undefined;
  return (
    // The theme script sets an attribute before React arrives.
    <html lang="en" suppressHydrationWarning>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of our own, which must run before the first paint */}
        <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: themeScript }} />
      </head>
      <body className="min-h-dvh bg-paper text-ink">
        {children}
        <Announcer />
      </body>
    </html>
  );
}
