import type { WebhookEventType } from '@tangent/contracts';

export const eventNames: Readonly<
  Record<WebhookEventType, { readonly name: string; readonly when: string }>
> = {
  'round.done': { name: 'Round done', when: 'A round has ended, and its ranking is served.' },
  'round.failed': { name: 'Round failed', when: 'A round has failed for good, with the reason.' },
  'label.created': { name: 'Labels', when: 'Labels were set, changed or undone; many in one message.' },
  'import.done': { name: 'Import done', when: 'An import has ended, well or not.' },
};
