import type { ProjectType } from '@tangent/contracts';
import type { ProjectExport } from '@tangent/database';
import type { BlobStore } from '@tangent/storage';

/** What a format is written from. */
export interface ExportContext {
  readonly source: ProjectExport;
  readonly blobs: BlobStore;
  /** Of this API as the caller sees it, e.g. http://127.0.0.1:4000; for links that leave the house. */
  readonly origin: string;
}

export interface ExportFormatWriter {
  readonly contentType: string;
  readonly extension: string;
  /** Projects that have what the format holds. */
  readonly types: readonly ProjectType[];
  /** The file, piece by piece; reads on only when a piece was taken. */
  write(context: ExportContext): AsyncGenerator<Uint8Array, void, undefined>;
}
