'use client';

import type { CurvePoint, Project, Round } from '@tangent/contracts';
import { memo, useRef, useState } from 'react';
import { announce, toast } from '@/components/ui/announcer';
import type { FeedStatus } from '@/lib/project-feed';
import { ActionRow } from './action-row';
import { Banners } from './banners';
import { ClassKeys } from './class-keys';
import type { Command } from './core/key-map';
import { EffectLine } from './effect-line';
import { FilmStrip } from './film-strip';
import { Instructions } from './instructions';
import { KeysDialog } from './keys-dialog';
import { answerName } from './names';
import { Accuracy } from './panel/accuracy';
import { Progress } from './panel/progress';
import { WhatIf } from './panel/what-if';
import { Why } from './panel/why';
import { Spoken } from './spoken';
import { Stage } from './stage';
import { useInstructions } from './use-instructions';
import { useKeyMap } from './use-key-map';
import { useLabelingKeys } from './use-labeling-keys';
import { useLabeling } from './use-labeling-session';

interface Props {
  readonly project: Project;
  readonly userId: string;
  readonly round: Round | null;
  readonly points: readonly CurvePoint[];
  readonly feedStatus: FeedStatus;
}

/** The annotate screen at work: item and keys on the left, what is known about them on the right. */
export const Workbench = memo(function Workbench({ project, userId, round, points, feedStatus }: Props) {
  const session = useLabeling();
  const { keys, own, change: changeKeys } = useKeyMap(project, userId);
  const instructions = useInstructions(project, userId);
  const [isHelpOpen, setIsHelpOpen] = useState(false);
  const [isSkipOpen, setIsSkipOpen] = useState(false);
  const [isWhatIfOpen, setIsWhatIfOpen] = useState(true);
  const searchField = useRef<HTMLInputElement>(null);
  // As the API does: a reviewer may know what the model thinks.
  const isBlind = project.settings.blind && project.role === 'annotator';

  const undo = (localId?: string) => {
    const entry = session.undo(localId);
    if (entry === null) {
      const { hasEarlier } = session.state.get();
      toast(hasEarlier ? 'Earlier answers are still on their way.' : 'There is nothing left to undo.');
    } else announce(`Undone: ${answerName(project, entry.answer)}. The item is on screen again.`);
  };
  const commands: Readonly<Record<Command, () => void>> = {
    skip: () => setIsSkipOpen(session.state.get().current !== null),
    flag: () => session.toggleFlag(),
    undo: () => undo(),
    whatIf: () => setIsWhatIfOpen((isOpen) => !isOpen),
    find: () => searchField.current?.focus(),
    instructions: instructions.toggle,
    help: () => setIsHelpOpen(true),
  };
  useLabelingKeys(keys, {
    onClass: (classKey) => session.submit({ classKey }),
    onCommand: (command) => commands[command](),
  });

  return (
    <main className="flex flex-1 flex-col lg:h-[calc(100dvh-3.25rem)] lg:flex-none">
      <h1 className="sr-only">Label {project.name}</h1>
      <Spoken project={project} />
      <Banners project={project} round={round} feedStatus={feedStatus} />
      <div className="flex min-h-0 flex-1 flex-col lg:grid lg:grid-cols-[minmax(0,1fr)_22.5rem] lg:grid-rows-[auto_minmax(0,1fr)]">
        {instructions.isOpen && (
          <Instructions
            text={project.settings.instructions}
            onClose={instructions.toggle}
            className="lg:col-start-2 lg:row-start-1"
          />
        )}
        <div className="mx-auto flex min-h-0 w-full min-w-0 max-w-[64rem] flex-1 flex-col items-center px-4 py-4 sm:px-8 lg:col-start-1 lg:row-span-2 lg:row-start-1">
          <Stage project={project} round={round} />
          <EffectLine project={project} />
          <div className="sticky bottom-0 z-10 mt-2 w-full max-w-[46rem] bg-paper pt-1 pb-3 sm:static sm:pb-0">
            <ClassKeys project={project} keys={keys} searchField={searchField} />
            <div className="mt-2">
              <ActionRow
                keys={keys}
                isSkipOpen={isSkipOpen}
                onSkipOpenChange={setIsSkipOpen}
                onUndo={() => undo()}
                onInstructions={instructions.exist ? instructions.toggle : undefined}
                onHelp={() => setIsHelpOpen(true)}
              />
            </div>
          </div>
          <div className="mt-4 w-full border-t border-line pt-4">
            <FilmStrip project={project} onUndo={undo} />
          </div>
        </div>
        <aside
          aria-label="About this item"
          className="shrink-0 border-line max-lg:border-t lg:col-start-2 lg:row-start-2 lg:overflow-y-auto lg:border-l"
        >
          {!isBlind && <Why project={project} />}
          {!isBlind && (
            <WhatIf
              project={project}
              keys={keys}
              isOpen={isWhatIfOpen}
              onToggle={() => setIsWhatIfOpen(!isWhatIfOpen)}
            />
          )}
          <Progress project={project} />
          <Accuracy points={points} />
        </aside>
      </div>
      <KeysDialog
        project={project}
        keys={keys}
        own={own}
        onChange={changeKeys}
        isOpen={isHelpOpen}
        onClose={() => setIsHelpOpen(false)}
      />
    </main>
  );
});
