import { TangentError } from '@tangent/contracts';
import type { ImportRecord } from '@tangent/database';
import { fingerprint, resolveServerPath } from '@tangent/importing';
import type { BlobStore, LocalBlob } from '@tangent/storage';

/** What an import reads, on local disk. */
export interface OpenSource extends LocalBlob {
  /** Of a folder looking again takes as long as listing it. */
  readonly isFolder: boolean;
  /** Looks again at a path of the server. Throws path-not-allowed, not-found, source-changed. */
  assertUnchanged(): Promise<void>;
}

/**
 * A path of the server is looked at anew: this worker may be another one than began. Throws path-not-allowed, not-found,
 * source-changed, and what the blob store throws.
 */
export async function openSource(
  record: ImportRecord,
  { blobs, importRoot }: { readonly blobs: BlobStore; readonly importRoot: string | undefined },
): Promise<OpenSource> {
  if (!record.serverPath)
    return {
      ...(await blobs.local(record.fileKey)),
      isFolder: false,
      assertUnchanged: async () => undefined,
    };
  const { path, fingerprint: wanted } = record.serverPath;
  const look = async () => {
    const found = await resolveServerPath(importRoot, path);
    if ((await fingerprint(found)) === wanted) return found;
    throw new TangentError(
      'source-changed',
      `“${path}” is not what it was when its import was asked for. The rows until here stay; import it again.`,
    );
  };
  const found = await look();
  return {
    path: found.path,
    isFolder: found.isFolder,
    assertUnchanged: () => look().then(() => undefined),
    release: async () => undefined,
  };
}
