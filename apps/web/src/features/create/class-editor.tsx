'use client';

import { Plus, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button } from '@/components/ui/button';
import { inputStyle } from '@/components/ui/field';
import { cn } from '@/lib/cn';
import { type ClassRow, keyOf, newRow, pasteNames } from './class-rows';

interface Props {
  readonly rows: readonly ClassRow[];
  readonly onChange: (rows: readonly ClassRow[]) => void;
}

const columns = 'grid grid-cols-[minmax(0,1fr)_minmax(0,8rem)_3.5rem_2rem] items-center gap-2';

/** The classes, a row each: Enter begins the next, and a pasted list becomes rows. */
export function ClassEditor({ rows, onChange }: Props) {
  const list = useRef<HTMLOListElement>(null);
  const wantsFocus = useRef(false);
  useEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    list.current?.querySelector<HTMLInputElement>('li:last-child input')?.focus();
  });
  const change = (index: number, part: Partial<ClassRow>) =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...part } : row)));
  const add = () => {
    wantsFocus.current = true;
    onChange([...rows, newRow()]);
  };
  return (
    <fieldset>
      <legend className="mb-1.5 block text-sm font-medium">Classes</legend>
      <div aria-hidden="true" className={cn(columns, 'mb-1 text-xs text-ink-faint')}>
        <span>Name</span>
        <span>In files</span>
        <span>Key</span>
      </div>
      <ol ref={list} className="space-y-2">
        {rows.map((row, index) => (
          <li key={row.id} className={columns}>
            <input
              aria-label={`Name of class ${index + 1}`}
              className={inputStyle}
              value={row.name}
              maxLength={200}
              placeholder={index === 0 ? 'Cat' : index === 1 ? 'Dog' : ''}
              onChange={(event) => change(index, { name: event.target.value })}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
                event.preventDefault();
                add();
              }}
              onPaste={(event) => {
                const text = event.clipboardData.getData('text');
                if (!/[\n,;\t]/.test(text.trim())) return;
                event.preventDefault();
                onChange(pasteNames(rows, index, text));
              }}
            />
            <input
              aria-label={`Class ${index + 1} in files`}
              className={cn(inputStyle, 'px-2 font-mono text-sm')}
              value={keyOf(row)}
              maxLength={100}
              onChange={(event) => change(index, { key: event.target.value })}
            />
            <input
              aria-label={`Hotkey of class ${index + 1}`}
              className={cn(inputStyle, 'px-0 text-center')}
              value={row.hotkey}
              maxLength={1}
              placeholder={index < 10 ? String((index + 1) % 10) : ''}
              onChange={(event) => change(index, { hotkey: event.target.value })}
            />
            <button
              type="button"
              aria-label={`Remove class ${index + 1}`}
              disabled={rows.length <= 2}
              onClick={() => onChange(rows.filter((_, at) => at !== index))}
              className="grid size-8 place-items-center rounded-md text-ink-faint hover:bg-hover hover:text-ink disabled:opacity-40"
            >
              <X className="size-4" />
            </button>
          </li>
        ))}
      </ol>
      <div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1">
        <Button look="quiet" size="sm" onClick={add}>
          <Plus />
          Another class
        </Button>
        <p className="text-sm text-ink-faint">A list that you paste becomes a class a line.</p>
      </div>
    </fieldset>
  );
}
