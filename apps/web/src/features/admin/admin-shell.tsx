'use client';

import { ExternalLink } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { SectionLink, SectionNav } from '@/components/shell/section-nav';
import { Blank } from '@/components/ui/blank';
import { buttonStyle } from '@/components/ui/button';
import { BrokenCurve } from '@/components/ui/drawings';
import { useMe } from '@/features/session/use-me';

const sections = [
  { path: '/admin/users', name: 'Users' },
  { path: '/admin/workers', name: 'Workers and queues' },
  { path: '/admin/rounds', name: 'Rounds' },
  { path: '/admin/storage', name: 'Storage' },
  { path: '/admin/audit', name: 'Audit' },
] as const;

/** The rooms of the administrator, with a way between them; others are told that they are not theirs. */
export function AdminShell({ children }: { readonly children: ReactNode }) {
  const me = useMe();
  const pathname = usePathname();
  if (me !== null && !me.isAdmin) return <NotYours />;
  return (
    <div className="mx-auto flex w-full max-w-6xl flex-1 flex-col gap-x-12 px-5 py-8 sm:px-8 sm:py-12 lg:flex-row">
      <SectionNav label="Administration">
        {sections.map(({ path, name }) => (
          <SectionLink key={path} href={path} isHere={pathname.startsWith(path)}>
            {name}
          </SectionLink>
        ))}
        <a
          href="/admin/queues"
          target="_blank"
          rel="noreferrer"
          className="flex shrink-0 items-center gap-1.5 rounded-md px-3 py-1.5 text-base whitespace-nowrap text-ink-soft hover:bg-hover hover:text-ink"
        >
          Bull Board
          <ExternalLink aria-label="opens in a new tab" className="size-3.5" />
        </a>
      </SectionNav>
      <main className="min-w-0 flex-1">{children}</main>
    </div>
  );
}

function NotYours() {
  return (
    <main className="grid flex-1 place-items-center">
      <Blank
        isPage
        drawing={<BrokenCurve />}
        title="This is for administrators"
        action={
          <Link href="/" className={buttonStyle()}>
            All projects
          </Link>
        }
      >
        <p>Ask one of yours for what you need here.</p>
      </Blank>
    </main>
  );
}
