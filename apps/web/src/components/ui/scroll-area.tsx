import type { ReactNode } from 'react';

interface Props {
  readonly label: string;
  readonly className: string;
  readonly children: ReactNode;
}

/** What may be larger than its frame: it can be scrolled from the keyboard, too. */
export function ScrollArea({ label, className, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: only what has the focus is scrolled by the keys
    <section tabIndex={0} aria-label={label} className={className}>
      {children}
    </section>
  );
}
