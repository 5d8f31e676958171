import { useEffect, useEffectEvent } from 'react';
import { type Pressed, pressed } from './core/hotkeys';
import type { Command, KeyMap } from './core/key-map';

/** Where keys mean what they type, or what the open menu or dialog makes of them. */
function isElsewhere(event: KeyboardEvent): boolean {
  const { target } = event;
  if (event.defaultPrevented || !(target instanceof HTMLElement)) return true;
  if (target.isContentEditable || target.matches('input, textarea, select')) return true;
  return document.querySelector('[role="dialog"], [role="menu"]') !== null;
}

interface Handlers {
  readonly onClass: (classKey: string) => void;
  readonly onCommand: (command: Command) => void;
}

/** The keys of the annotate screen, wherever the focus is. */
export function useLabelingKeys(keys: KeyMap, handlers: Handlers): void {
  const act = useEffectEvent((meant: Pressed) => {
    if (meant.kind === 'class') handlers.onClass(meant.classKey);
    else if (meant.kind === 'command') handlers.onCommand(meant.command);
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (isElsewhere(event)) return;
      const meant = pressed(event, keys);
      if (meant.kind === 'nothing') return;
      event.preventDefault();
      act(meant);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [keys]);
}
