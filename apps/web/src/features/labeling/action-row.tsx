'use client';

import type { SkipReason } from '@tangent/contracts';
import { Flag, Keyboard, SkipForward, Undo2 } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Kbd } from '@/components/ui/kbd';
import { Menu, MenuItem, MenuLabel } from '@/components/ui/menu';
import { cn } from '@/lib/cn';
import { useStore } from '@/lib/external-store';
import { skipNames } from './names';
import { useLabeling } from './use-labeling-session';

interface Props {
  readonly isSkipOpen: boolean;
  readonly onSkipOpenChange: (isOpen: boolean) => void;
  readonly onUndo: () => void;
  readonly onHelp: () => void;
}

export function ActionRow({ isSkipOpen, onSkipOpenChange, onUndo, onHelp }: Props) {
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
            <Kbd className="max-sm:hidden">S</Kbd>
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
        <Kbd className="max-sm:hidden">F</Kbd>
      </Button>
      <Button look="quiet" size="sm" disabled={!canUndo} onClick={onUndo}>
        <Undo2 />
        Undo
        <Kbd className="max-sm:hidden">U</Kbd>
      </Button>
      <Button look="quiet" size="sm" onClick={onHelp} className="ml-auto max-sm:hidden">
        <Keyboard />
        Keys
        <Kbd>?</Kbd>
      </Button>
    </div>
  );
}
