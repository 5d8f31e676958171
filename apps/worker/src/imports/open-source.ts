import { TangentError } from '@tangent/contracts';
import type { ImportRecord } from '@tangent/database';
import { fingerprint, resolveServerPath } from '@tangent/importing';
import type { BlobStore, LocalBlob } from '@tangent/storage';

/**
 * What an import reads, on local disk. A path of the server is looked at anew: this worker may be another one than
 * began. Throws path-not-allowed, not-found, source-changed, and what the blob store throws.
 */
export async function openSource(
  record: ImportRecord,
  { blobs, importRoot }: { readonly blobs: BlobStore; readonly importRoot: string | undefined },
): Promise<LocalBlob> {
  if (!record.serverPath) return blobs.local(record.fileKey);
  const { path, fingerprint: wanted } = record.serverPath;
  const found = await resolveServerPath(importRoot, path);
  if ((await fingerprint(found)) !== wanted)
    throw new TangentError(
      'source-changed',
      `“${path}” is not what it was when its import was asked for. The rows until here stay; import it again.`,
    );
  return { path: found.path, release: async () => undefined };
}
