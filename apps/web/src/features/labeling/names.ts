import type { Project, SkipReason } from '@tangent/contracts';
import type { Answer } from './core/types';

export const skipNames: Readonly<Record<SkipReason, { readonly name: string; readonly hint: string }>> = {
  unsure: { name: 'Not sure', hint: 'Somebody else may know' },
  'not-relevant': { name: 'Not relevant', hint: 'It does not belong in this pool' },
  broken: { name: 'Broken', hint: 'It cannot be seen or read' },
  other: { name: 'Another reason', hint: 'None of these' },
};

export const classNameOf = (project: Project, classKey: string): string =>
  project.classes.find(({ key }) => key === classKey)?.name ?? classKey;

export const answerName = (project: Project, answer: Answer): string =>
  'classKey' in answer
    ? classNameOf(project, answer.classKey)
    : `Skipped, ${skipNames[answer.skip].name.toLowerCase()}`;
