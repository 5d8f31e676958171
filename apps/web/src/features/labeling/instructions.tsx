import { X } from 'lucide-react';
import { cn } from '@/lib/cn';

interface Props {
  readonly text: string;
  readonly onClose: () => void;
  readonly className?: string;
}

/** What the project asks of its annotators. Beside the item, not over it: labeling goes on while they are open. */
export function Instructions({ text, onClose, className }: Props) {
  return (
    <section
      aria-label="Instructions"
      className={cn('flex min-h-0 flex-col border-b border-line bg-sunken lg:border-l', className)}
    >
      <div className="flex min-h-5 items-center justify-between gap-3 py-2 pr-3 pl-5">
        <h2 className="eyebrow">Instructions</h2>
        <button
          type="button"
          aria-label="Put the instructions away"
          onClick={onClose}
          className="grid size-8 place-items-center rounded-md text-ink-soft hover:bg-hover hover:text-ink"
        >
          <X className="size-4" />
        </button>
      </div>
      <section
        dir="auto"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long text must be scrollable from the keyboard
        tabIndex={0}
        aria-label="Text of the instructions"
        className="max-h-[30dvh] overflow-y-auto px-5 pb-4 text-sm leading-relaxed break-words whitespace-pre-wrap text-ink lg:max-h-[40dvh]"
      >
        {text}
      </section>
    </section>
  );
}
