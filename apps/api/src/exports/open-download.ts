import type { ExportFormat } from '@tangent/contracts';
import { openExport } from '@tangent/database';
import type { Deps } from '../deps.js';
import type { ExportSlots } from './export-slots.js';
import { writerFor } from './formats.js';
import { type Begun, begin } from './while-read.js';

export interface Download extends Begun {
  readonly fileName: string;
  readonly contentType: string;
}

export interface ExportRequest {
  readonly projectId: string;
  readonly format: ExportFormat;
  readonly origin: string;
}

/**
 * Opens the snapshot and begins the file; both end with its chunks, which must be read to their end or returned.
 * Throws not-found, validation-failed, too-many-requests, database-unavailable.
 */
export async function openDownload(
  { db, blobs }: Pick<Deps, 'db' | 'blobs'>,
  slots: ExportSlots,
  { projectId, format, origin }: ExportRequest,
): Promise<Download> {
  const release = slots.take();
  try {
    const source = await openExport(db, projectId);
    async function* whole() {
      try {
        yield* writerFor(format, source.project).write({ source, blobs, origin });
      } finally {
        await source.close();
        release();
      }
    }
    const begun = await begin(whole());
    const { contentType, extension } = writerFor(format, source.project);
    const date = new Date().toISOString().slice(0, 10);
    return { ...begun, contentType, fileName: `${slugOf(source.project.name)}-${date}.${extension}` };
  } catch (error) {
    release();
    throw error;
  }
}

/** The name of a project as a part of a file's name. */
export function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '-');
  return plain.replace(/^-+|-+$/g, '').slice(0, 60) || 'project';
}
