import type { ComponentProps, ReactNode } from 'react';
import { cn } from '@/lib/cn';

export interface Column {
  readonly name: string;
  /** Numbers stand right, under each other. */
  readonly isNumber?: boolean;
  /** Left out on a phone: the row says the same elsewhere, or it can be done without. */
  readonly isWide?: boolean;
  /** Only for screen readers: a column of buttons. */
  readonly isSilent?: boolean;
}

interface Props {
  readonly label: string;
  readonly columns: readonly Column[];
  readonly children: ReactNode;
}

/** Rows of one kind. Wider than the screen, it scrolls by itself. */
export function Table({ label, columns, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table wider than a phone must be scrollable from the keyboard
    <section tabIndex={0} aria-label={`Table: ${label}`} className="relative -mx-3 overflow-x-auto">
      <table className="w-full text-sm tabular">
        <thead className="text-xs text-ink-faint">
          <tr>
            {columns.map(({ name, isNumber, isWide, isSilent }) => (
              <th
                key={name}
                scope="col"
                className={cn(
                  'px-3 pb-2 font-normal whitespace-nowrap',
                  isNumber ? 'text-right' : 'text-left',
                  isWide && 'max-md:hidden',
                )}
              >
                {isSilent ? <span className="sr-only">{name}</span> : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

export function Row({ className, ...props }: ComponentProps<'tr'>) {
  return <tr className={cn('border-t border-line', className)} {...props} />;
}

interface CellProps extends ComponentProps<'td'> {
  readonly isNumber?: boolean;
  readonly isWide?: boolean;
}

export function Cell({ isNumber, isWide, className, ...props }: CellProps) {
  return (
    <td
      className={cn(
        'px-3 py-2.5',
        isNumber && 'text-right whitespace-nowrap',
        isWide && 'max-md:hidden',
        className,
      )}
      {...props}
    />
  );
}

/** The cell that names its row. */
export function HeadCell({ className, ...props }: ComponentProps<'th'>) {
  return <th scope="row" className={cn('px-3 py-2.5 text-left font-medium', className)} {...props} />;
}
