import type { ImportFormat, ImportRow, ProjectType, RowError } from '@tangent/contracts';

/** What the rows must fit. */
export interface ImportTarget {
  readonly type: ProjectType;
  readonly classKeys: readonly string[];
  /** Numbers of the vectors that the project has already; without any, the first vector of the file decides. */
  readonly vectorLength?: number | null;
}

/** A file on local disk, or a folder for the format `folder`. */
export interface ImportSource {
  readonly path: string;
  readonly format: ImportFormat;
  readonly target: ImportTarget;
}

/** Where a row stands in its file. */
export interface RowPlace {
  readonly line?: number;
  /** Where there are no lines: the element of a JSON array or the row of a matrix, from 1. */
  readonly record?: number;
  readonly file?: string;
}

/** A good row, with the image's bytes where it has one; or what is wrong with it. */
export type ReadRow =
  | ({ readonly kind: 'row'; readonly row: ImportRow; readonly image?: Uint8Array } & RowPlace)
  | { readonly kind: 'error'; readonly error: RowError };

export const rowError = (place: RowPlace, code: string, detail: string): ReadRow => ({
  kind: 'error',
  error: { ...place, code, detail },
});
