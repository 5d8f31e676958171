import type { S3Store } from '@tangent/storage';

export interface Place {
  readonly databaseUrl: string;
  /** The data folder. */
  readonly dir: string;
  /** Of the backup. */
  readonly folder: string;
  /** Where the blobs lie, when it is not the data folder. */
  readonly bucket?: S3Store | undefined;
}
export function backUp(place: Place): Promise<{ numRows: number; numBlobs: number; numBytes: number }>;
