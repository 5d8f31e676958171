'use client';

import { useEffect, useEffectEvent, useId, useState } from 'react';
import { Kbd } from '@/components/ui/kbd';
import { cn } from '@/lib/cn';
import type { KeyPress } from './core/hotkeys';

interface Props {
  readonly name: string;
  readonly hotkey: string | undefined;
  /** Why the last key that was pressed here cannot be had. */
  readonly refusal: string | null;
  /** Answers whether the key was taken; else the row goes on listening. */
  readonly onPress: (press: KeyPress) => boolean;
  readonly onLeave: () => void;
}

/** A name with its key, which is a button: chosen, it waits for another key; Esc leaves it as it was. */
export function KeyRow({ name, hotkey, refusal, onPress, onLeave }: Props) {
  const [isListening, setIsListening] = useState(false);
  const noteId = useId();
  const leave = () => {
    setIsListening(false);
    onLeave();
  };
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key === 'Escape') leave();
    else if (onPress(event)) setIsListening(false);
  });
  useEffect(() => {
    if (!isListening) return;
    const listen = (event: KeyboardEvent) => {
      // On the window, before everything: the dialog would close by Esc, and the button be pressed by Enter.
      event.preventDefault();
      event.stopPropagation();
      onKey(event);
    };
    window.addEventListener('keydown', listen, { capture: true });
    return () => window.removeEventListener('keydown', listen, { capture: true });
  }, [isListening]);

  return (
    <li>
      <button
        type="button"
        onClick={() => setIsListening(true)}
        onBlur={leave}
        aria-label={
          isListening
            ? `Press the new key for ${name}, or Escape`
            : `${name}: ${hotkey === undefined ? 'no key' : `key ${hotkey.toUpperCase()}`}. Change it`
        }
        {...(refusal === null ? {} : { 'aria-describedby': noteId })}
        className={cn(
          '-mx-2 flex w-[calc(100%+1rem)] items-center justify-between gap-3 rounded-md px-2 py-1 text-left hover:bg-hover',
          isListening && 'bg-live-soft',
        )}
      >
        <span dir="auto" className="truncate">
          {name}
        </span>
        {isListening ? (
          <span className="shrink-0 text-xs text-live-strong">press a key</span>
        ) : hotkey === undefined ? (
          <span className="px-1.5 text-ink-faint">–</span>
        ) : (
          <Kbd>{hotkey.toUpperCase()}</Kbd>
        )}
      </button>
      {refusal !== null && (
        <p id={noteId} role="alert" className="py-1 text-xs text-danger">
          {refusal}
        </p>
      )}
    </li>
  );
}
