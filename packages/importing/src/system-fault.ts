import { TangentError } from '@tangent/contracts';

/**
 * What the system says of a file or folder below the import root, told by its relative `name`: not-found, or
 * path-not-allowed where it may not be read or is a link by now. Anything else is given back as it is.
 */
export function systemFault(error: unknown, name: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG')
    return new TangentError('not-found', `There is no “${name}” that imports can read (${code}).`, {
      cause: error,
    });
  if (code === 'EACCES' || code === 'EPERM' || code === 'ELOOP')
    return new TangentError(
      'path-not-allowed',
      `The path cannot be imported: “${name}” cannot be read (${code}); let the user that the service runs as read it.`,
      { cause: error },
    );
  return error;
}
