import type { ReactNode } from 'react';

interface Props {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A part of the side panel: hairlines, no boxes. */
export function Section({ title, aside, children }: Props) {
  return (
    <section aria-label={title} className="border-b border-line px-5 py-3.5 last:border-0">
      <div className="mb-2 flex min-h-5 items-center justify-between gap-3">
        <h2 className="eyebrow">{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
