import { TangentError } from '@tangent/contracts';

/** The version of a project's settings as an ETag. */
export const etagOf = ({ settingsVersion }: { readonly settingsVersion: number }) => `"${settingsVersion}"`;

/** The version that If-Match names; undefined: any. Throws validation-failed, and settings-changed for what is no tag of ours. */
export function versionOf(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const [, tag] = /^\s*"([^"]*)"\s*$/.exec(ifMatch) ?? [];
  if (tag === undefined)
    throw new TangentError(
      'validation-failed',
      'If-Match must be one strong ETag with its quotes, as GET /v1/projects/{id} gives it, or *.',
      { errors: [{ pointer: '/if-match', detail: 'must be one strong ETag, or *' }] },
    );
  if (/^\d{1,9}$/.test(tag)) return Number(tag);
  throw new TangentError(
    'settings-changed',
    `No version of the project has the ETag "${tag}". Read it again and repeat the change.`,
  );
}
