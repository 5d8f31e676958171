import { cva, type VariantProps } from 'class-variance-authority';
import type { ReactNode } from 'react';

const tagStyle = cva(
  'inline-flex items-center rounded-sm px-1.5 py-0.5 text-xs font-medium whitespace-nowrap',
  {
    variants: {
      tone: {
        plain: 'bg-sunken text-ink-soft',
        live: 'bg-live-soft text-live-strong',
        warn: 'bg-warn-soft text-warn',
        danger: 'bg-danger-soft text-danger',
      },
    },
    defaultVariants: { tone: 'plain' },
  },
);

export function Tag({ tone, children }: VariantProps<typeof tagStyle> & { readonly children: ReactNode }) {
  return <span className={tagStyle({ tone })}>{children}</span>;
}
