export interface Place {
  readonly databaseUrl: string;
  /** The data folder. */
  readonly dir: string;
  /** Of the backup. */
  readonly folder: string;
}
export function backUp(place: Place): Promise<{ numRows: number; numBlobs: number; numBytes: number }>;
