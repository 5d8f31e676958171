import type { ReactNode } from 'react';
import { messageOf } from '@/lib/api';
import { Blank } from './blank';
import { Button } from './button';
import { BrokenCurve } from './drawings';

interface Loading<T> {
  readonly data: T | undefined;
  readonly error?: unknown;
  readonly mutate: () => unknown;
}

interface Props<T> {
  readonly of: Loading<T>;
  /** Begins a sentence: “The users”. */
  readonly what: string;
  readonly children: (data: T) => ReactNode;
  /** Of the place that is kept while it loads. */
  readonly className?: string;
}

/** What was asked of the API: as it is, on its way, or why it cannot be shown. */
export function Loaded<T>({ of, what, children, className = 'h-40' }: Props<T>) {
  if (of.data !== undefined) return children(of.data);
  if (of.error === undefined) {
    return (
      <section aria-busy="true" aria-label="Loading" className={className}>
        <div className="size-full rounded-md shimmer" />
      </section>
    );
  }
  return (
    <Blank
      drawing={<BrokenCurve />}
      title={`${what} cannot be shown`}
      action={<Button onClick={() => void of.mutate()}>Try again</Button>}
    >
      <p>{messageOf(of.error)}</p>
    </Blank>
  );
}
