'use client';

import type { SkipReason } from '@tangent/contracts';
import { BookOpen, Flag, Keyboard, SkipForward, Undo2 } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Menu, MenuItem, MenuLabel } from '@/components/ui/menu';
import { cn } from '@/lib/cn';
import { useStore } from '@/lib/external-store';
import type { KeyMap } from './core/key-map';
import { KeyOf } from './key-of';
import { skipNames } from './names';
import { useLabeling } from './use-labeling-session';

interface Props {
  readonly keys: KeyMap;
  readonly isSkipOpen: boolean;
  readonly onSkipOpenChange: (isOpen: boolean) => void;
  readonly onUndo: () => void;
  /** Absent where the project has no instructions. */
  readonly onInstructions?: (() => void) | undefined;
  readonly onHelp: () => void;
}

export function ActionRow({ keys, isSkipOpen, onSkipOpenChange, onUndo, onInstructions, onHelp }: Props) {
  const session = useLabeling();
  const hasItem = useStore(session.state, (state) => state.current !== null);
  const isFlagged = useStore(session.state, (state) => state.isFlagged);
  const canUndo = useStore(session.state, (state) => state.history.length > 0);
  return (
    <div className="flex w-full flex-wrap items-center gap-1">
      <Menu
        isOpen={isSkipOpen}
        onOpenChange={onSkipOpenChange}
        align="start"
        side="top"
        trigger={
          <Button look="quiet" size="sm" disabled={!hasItem}>
            <SkipForward />
            Skip
            <KeyOf keys={keys} command="skip" className="max-sm:hidden" />
          </Button>
        }
      >
        <MenuLabel>Why skip it?</MenuLabel>
        {(Object.entries(skipNames) as [SkipReason, (typeof skipNames)[SkipReason]][]).map(
          ([reason, { name, hint }]) => (
            <MenuItem key={reason} onSelect={() => session.submit({ skip: reason })}>
              <span>
                {name}
                <span className="block text-xs text-ink-faint">{hint}</span>
              </span>
            </MenuItem>
          ),
        )}
      </Menu>
      <Button
        look="quiet"
        size="sm"
        disabled={!hasItem}
        aria-pressed={isFlagged}
        onClick={() => session.toggleFlag()}
        className={cn(isFlagged && 'bg-warn-soft text-warn hover:bg-warn-soft hover:text-warn')}
      >
        <Flag className={cn(isFlagged && 'fill-current')} />
        {isFlagged ? 'Flagged' : 'Flag'}
        <KeyOf keys={keys} command="flag" className="max-sm:hidden" />
      </Button>
      <Button look="quiet" size="sm" disabled={!canUndo} onClick={onUndo}>
        <Undo2 />
        Undo
        <KeyOf keys={keys} command="undo" className="max-sm:hidden" />
      </Button>
      <div className="ml-auto flex">
        {onInstructions !== undefined && (
          <Button look="quiet" size="sm" onClick={onInstructions}>
            <BookOpen />
            Instructions
            <KeyOf keys={keys} command="instructions" className="max-sm:hidden" />
          </Button>
        )}
        <Button look="quiet" size="sm" onClick={onHelp} className="max-sm:hidden">
          <Keyboard />
          Keys
          <KeyOf keys={keys} command="help" />
        </Button>
      </div>
    </div>
  );
}
