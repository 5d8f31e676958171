'use client';

import type { Project } from '@tangent/contracts';
import { Dialog } from '@/components/ui/dialog';
import { Kbd } from '@/components/ui/kbd';

const commands = [
  { keys: ['S'], does: 'Skip, with a reason' },
  { keys: ['F'], does: 'Flag the item for a second look' },
  { keys: ['U', 'Ctrl Z'], does: 'Undo the last answer; its item comes back' },
  { keys: ['W'], does: 'Show or hide “What if”' },
  { keys: ['/'], does: 'Find a class by name, where there are many' },
  { keys: ['?'], does: 'This list' },
] as const;

interface Props {
  readonly project: Project;
  readonly hotkeys: ReadonlyMap<string, string>;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function HelpDialog({ project, hotkeys, isOpen, onClose }: Props) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Keys"
      description="One key labels the item and shows the next."
    >
      <h3 className="eyebrow">Classes</h3>
      <ul className="mt-2 grid grid-cols-2 gap-x-6 gap-y-1.5 text-sm">
        {project.classes.slice(0, 40).map(({ key, name }) => (
          <li key={key} className="flex items-center justify-between gap-3">
            <span className="truncate">{name}</span>
            {hotkeys.has(key) ? (
              <Kbd>{hotkeys.get(key)?.toUpperCase()}</Kbd>
            ) : (
              <span className="text-ink-faint">–</span>
            )}
          </li>
        ))}
      </ul>
      <h3 className="eyebrow mt-6">Everything else</h3>
      <ul className="mt-2 space-y-1.5 text-sm">
        {commands.map(({ keys, does }) => (
          <li key={does} className="flex items-center justify-between gap-3">
            <span>{does}</span>
            <span className="flex gap-1">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </span>
          </li>
        ))}
      </ul>
      {project.settings.instructions !== '' && (
        <>
          <h3 className="eyebrow mt-6">Instructions</h3>
          <p className="mt-2 text-sm whitespace-pre-wrap text-ink-soft">{project.settings.instructions}</p>
        </>
      )}
    </Dialog>
  );
}
