import type { Scope } from '@tangent/contracts';

/** What a token may do, within the rights of its owner. */
export const scopeNames: Readonly<Record<Scope, { readonly name: string; readonly may: string }>> = {
  '*': { name: 'Everything', may: 'All that you may do yourself.' },
  'projects:read': { name: 'Read', may: 'Projects, items, rounds, predictions, exports.' },
  'projects:write': { name: 'Write', may: 'Create projects, import, start rounds, manage webhooks.' },
  label: { name: 'Label', may: 'Take items on lease and annotate them.' },
  admin: { name: 'Administer', may: 'Users, workers, queues and the audit; for administrators.' },
};
