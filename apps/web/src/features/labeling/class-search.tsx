'use client';

import type { ProjectClass } from '@tangent/contracts';
import { Search } from 'lucide-react';
import type { KeyboardEvent, RefObject } from 'react';
import { inputStyle } from '@/components/ui/field';
import { Kbd } from '@/components/ui/kbd';
import { cn } from '@/lib/cn';

interface Props {
  /** The key that leads here. */
  readonly hotkey: string | undefined;
  readonly field: RefObject<HTMLInputElement | null>;
  readonly wanted: string;
  readonly found: readonly ProjectClass[];
  readonly onChange: (wanted: string) => void;
  /** The first that was found is the answer. */
  readonly onChoose: (classKey: string) => void;
}

/** Finds a class among many by its name: its key, some letters, Enter. */
export function ClassSearch({ hotkey, field, wanted, found, onChange, onChoose }: Props) {
  const leave = () => {
    onChange('');
    field.current?.blur();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') leave();
    if (event.key !== 'Enter' || wanted.trim() === '') return;
    const [first] = found;
    if (first === undefined) return;
    onChoose(first.key);
    leave();
  };
  return (
    <div className="relative mb-1.5 flex items-center gap-3">
      <Search aria-hidden="true" className="absolute left-3 size-4 text-ink-faint" />
      <input
        ref={field}
        type="search"
        aria-label="Find a class"
        aria-keyshortcuts={hotkey}
        placeholder="Find a class"
        autoComplete="off"
        value={wanted}
        onChange={({ target }) => onChange(target.value)}
        onKeyDown={onKeyDown}
        className={cn(inputStyle, 'h-9 flex-1 pl-9')}
      />
      <p role="status" className="shrink-0 text-sm text-ink-faint tabular">
        {wanted.trim() === '' ? (
          <span className="max-sm:hidden">{hotkey !== undefined && <Kbd>{hotkey.toUpperCase()}</Kbd>}</span>
        ) : found.length === 0 ? (
          'no such class'
        ) : (
          <>
            {found.length} found <Kbd>⏎</Kbd>
          </>
        )}
      </p>
    </div>
  );
}
