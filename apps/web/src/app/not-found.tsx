import Link from 'next/link';
import { Blank } from '@/components/ui/blank';
import { buttonStyle } from '@/components/ui/button';
import { EmptyCurve } from '@/components/ui/drawings';

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center">
      <Blank
        isPage
        drawing={<EmptyCurve />}
        title="There is nothing here"
        action={
          <Link href="/" className={buttonStyle()}>
            All projects
          </Link>
        }
      >
        <p>The address may be old, or mistyped.</p>
      </Blank>
    </main>
  );
}
