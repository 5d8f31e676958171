import { cva, type VariantProps } from 'class-variance-authority';
import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';

const noticeStyle = cva('flex items-start gap-3 rounded-md px-4 py-2.5 text-sm', {
  variants: {
    tone: {
      plain: 'bg-sunken text-ink-soft',
      live: 'bg-live-soft text-live-strong',
      warn: 'bg-warn-soft text-warn',
      danger: 'bg-danger-soft text-danger',
    },
  },
  defaultVariants: { tone: 'plain' },
});

interface Props extends VariantProps<typeof noticeStyle> {
  readonly icon?: ReactNode;
  readonly children: ReactNode;
  readonly action?: ReactNode;
  readonly className?: string;
}

/** A line across a screen that says what is the matter, and what still works. */
export function Notice({ tone, icon, children, action, className }: Props) {
  return (
    <div role="status" className={cn(noticeStyle({ tone }), className)}>
      {icon !== undefined && <span className="mt-0.5 [&_svg]:size-4">{icon}</span>}
      <div className="min-w-0 flex-1">{children}</div>
      {action}
    </div>
  );
}
