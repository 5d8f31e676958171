'use client';

import type { Project } from '@tangent/contracts';
import { useState } from 'react';
import { announce } from '@/components/ui/announcer';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { inputStyle } from '@/components/ui/field';
import { cn } from '@/lib/cn';
import { chooseKey, type KeyTarget, withKey } from './core/choose-key';
import { findClasses } from './core/find-classes';
import type { KeyPress } from './core/hotkeys';
import { type Command, commandNames, type KeyMap, noOwnKeys, type OwnKeys } from './core/key-map';
import { hasOwnKeys } from './core/own-keys';
import { KeyRow } from './key-row';
import { classNameOf } from './names';

const commandTexts: Readonly<Record<Command, string>> = {
  skip: 'Skip, with a reason',
  flag: 'Flag for a second look',
  undo: 'Undo the last answer',
  whatIf: 'Show or hide “What if”',
  find: 'Find a class by name',
  instructions: 'Show or hide the instructions',
  help: 'This list',
};
const mostShown = 40;

interface Props {
  readonly project: Project;
  readonly keys: KeyMap;
  readonly own: OwnKeys;
  readonly onChange: (own: OwnKeys) => void;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Which key does what; each can be changed in its place. */
export function KeysDialog({ project, keys, own, onChange, isOpen, onClose }: Props) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Keys"
      description="One key labels the item and shows the next. Choose a key to change it, for you and in this browser."
    >
      <KeyList project={project} keys={keys} own={own} onChange={onChange} />
    </Dialog>
  );
}

function KeyList({ project, keys, own, onChange }: Omit<Props, 'isOpen' | 'onClose'>) {
  const [wanted, setWanted] = useState('');
  const [refusal, setRefusal] = useState<{ readonly row: string; readonly why: string } | null>(null);
  const nameOf = (target: KeyTarget) =>
    target.kind === 'class' ? classNameOf(project, target.classKey) : commandTexts[target.command];

  const rowOf = (target: KeyTarget) => {
    const row = target.kind === 'class' ? `class ${target.classKey}` : target.command;
    const name = nameOf(target);
    const key =
      target.kind === 'class' ? keys.classes.get(target.classKey) : keys.commands.get(target.command);
    /** Whether the row is done listening. */
    const onPress = (press: KeyPress): boolean => {
      const choice = chooseKey(press, target, { keys, nameOf });
      setRefusal(choice.kind === 'refused' ? { row, why: choice.why } : null);
      if (choice.kind !== 'chosen') return false;
      if (choice.key !== key) onChange(withKey(own, target, choice.key));
      announce(`${choice.key.toUpperCase()} is the key of ${name} now.`);
      return true;
    };
    return (
      <KeyRow
        key={row}
        name={name}
        hotkey={key}
        refusal={refusal?.row === row ? refusal.why : null}
        onPress={onPress}
        onLeave={() => setRefusal(null)}
      />
    );
  };

  const found = findClasses(project.classes, wanted);
  return (
    <>
      <h3 className="eyebrow">Classes</h3>
      {project.classes.length > mostShown && (
        <input
          type="search"
          aria-label="Find a class to change its key"
          placeholder="Find a class"
          autoComplete="off"
          value={wanted}
          onChange={({ target }) => setWanted(target.value)}
          className={cn(inputStyle, 'mt-2 h-9')}
        />
      )}
      <ul className="mt-2 grid gap-x-6 gap-y-1 text-sm sm:grid-cols-2">
        {found.slice(0, mostShown).map(({ key }) => rowOf({ kind: 'class', classKey: key }))}
      </ul>
      <h3 className="eyebrow mt-6">Everything else</h3>
      <ul className="mt-2 space-y-1 text-sm">
        {commandNames.map((command) => rowOf({ kind: 'command', command }))}
      </ul>
      <div className="mt-4 flex flex-wrap items-center justify-between gap-3 text-sm text-ink-faint">
        <p>Ctrl Z undoes, too.</p>
        {hasOwnKeys(own) && (
          <Button
            size="sm"
            onClick={() => {
              setRefusal(null);
              onChange(noOwnKeys);
              announce('The default keys are back.');
            }}
          >
            Back to the default keys
          </Button>
        )}
      </div>
    </>
  );
}
