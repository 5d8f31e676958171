'use client';

import type { Project } from '@tangent/contracts';
import { type RefObject, useCallback, useMemo, useRef, useState } from 'react';
import { Kbd } from '@/components/ui/kbd';
import { cn } from '@/lib/cn';
import { useStore } from '@/lib/external-store';
import { formatCount } from '@/lib/format';
import { ClassSearch } from './class-search';
import { findClasses } from './core/find-classes';
import type { KeyMap } from './core/key-map';
import { useFlash } from './use-flash';
import { useLabeling } from './use-labeling-session';

interface Props {
  readonly project: Project;
  readonly keys: KeyMap;
  /** The field that finds a class, where there are more of them than keys. */
  readonly searchField: RefObject<HTMLInputElement | null>;
}

/** With more classes than this there is a search. */
const fewClasses = 20;
/** So many are drawn at once: a thousand would be drawn anew with every item, and nobody reads them. */
const mostShown = 60;

/** The classes as keys: press one, and the item has its label. */
export function ClassKeys({ project, keys, searchField }: Props) {
  const session = useLabeling();
  const undone = useStore(session.state, (state) => state.current?.undone ?? null);
  const hasItem = useStore(session.state, (state) => state.current !== null);
  const buttons = useRef(new Map<string, HTMLButtonElement>());
  const buttonOf = useCallback((classKey: string) => buttons.current.get(classKey), []);
  useFlash(buttonOf);

  const [wanted, setWanted] = useState('');
  const found = useMemo(() => findClasses(project.classes, wanted), [project.classes, wanted]);
  const areShort = project.classes.every(({ name }) => name.length <= 3);
  const areMany = project.classes.length > fewClasses;
  const choose = (classKey: string) => {
    setWanted('');
    session.submit({ classKey });
  };
  const buttonsOfClasses = (
    <fieldset
      aria-label="Classes"
      className={cn(
        'grid w-full min-w-0 gap-1.5',
        areShort
          ? 'grid-cols-5 sm:grid-cols-10'
          : 'grid-cols-2 sm:grid-cols-[repeat(auto-fit,minmax(8.5rem,1fr))]',
        areMany && 'max-h-44 overflow-y-auto p-1',
      )}
    >
      {found.slice(0, mostShown).map(({ key, name }, place) => {
        const hotkey = keys.classes.get(key);
        const wasChosen = undone !== null && 'classKey' in undone && undone.classKey === key;
        return (
          <button
            key={key}
            ref={(element) => {
              if (element === null) buttons.current.delete(key);
              else buttons.current.set(key, element);
            }}
            type="button"
            disabled={!hasItem}
            data-class-key={key}
            aria-keyshortcuts={hotkey}
            onClick={() => choose(key)}
            className={cn(
              'relative isolate flex min-h-13 touch-manipulation items-center gap-2 rounded-md border border-b-[3px] bg-surface px-3 font-medium transition-colors select-none active:translate-y-px active:border-b disabled:opacity-45',
              'before:pointer-events-none before:absolute before:-inset-px before:-z-10 before:rounded-md before:bg-live-soft before:opacity-0 before:ring-1 before:ring-live',
              areShort ? 'justify-center text-xl tabular' : 'justify-between text-left text-base',
              areMany && place === 0 && wanted.trim() !== '' && 'ring-2 ring-live',
              wasChosen
                ? 'border-live text-live-strong'
                : 'border-line-strong/45 hover:border-line-strong hover:bg-hover',
            )}
          >
            <span dir="auto" className="min-w-0 break-words">
              {name}
            </span>
            {hotkey !== undefined && hotkey !== name.toLowerCase() && <Kbd>{hotkey.toUpperCase()}</Kbd>}
          </button>
        );
      })}
      {found.length > mostShown && (
        <p className="col-span-full self-center px-1 text-sm text-ink-faint">
          {formatCount(found.length - mostShown)} more: find them by name
        </p>
      )}
    </fieldset>
  );
  if (!areMany) return buttonsOfClasses;
  return (
    <div className="w-full">
      <ClassSearch
        hotkey={keys.commands.get('find')}
        field={searchField}
        wanted={wanted}
        found={found}
        onChange={setWanted}
        onChoose={choose}
      />
      {buttonsOfClasses}
    </div>
  );
}
