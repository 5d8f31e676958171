import type { ExportFormat } from '@tangent/contracts';
import { openExport, openRoundReport } from '@tangent/database';
import type { Deps } from '../deps.js';
import type { ExportSlots } from './export-slots.js';
import { writerFor } from './formats.js';
import { writeRoundReport } from './round-report.js';
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
  return openIn(
    slots,
    () => openExport(db, projectId),
    async (source, whole) => {
      const begun = await begin(whole(writerFor(format, source.project).write({ source, blobs, origin })));
      const { contentType, extension } = writerFor(format, source.project);
      const date = new Date().toISOString().slice(0, 10);
      return { ...begun, contentType, fileName: `${slugOf(source.project.name)}-${date}.${extension}` };
    },
  );
}

/** The same for the record of a round. Throws not-found, too-many-requests, database-unavailable. */
export async function openReport(
  { db }: Pick<Deps, 'db'>,
  slots: ExportSlots,
  roundId: string,
): Promise<Download & { readonly projectId: string }> {
  return openIn(
    slots,
    () => openRoundReport(db, roundId),
    async (report, whole) => {
      const begun = await begin(whole(writeRoundReport(report)));
      const { project, round } = report;
      return {
        ...begun,
        projectId: project.id,
        contentType: 'application/json; charset=utf-8',
        fileName: `${slugOf(project.name)}-round-${round.number}.json`,
      };
    },
  );
}

/** Takes a slot, and opens what is written from it; both end with the chunks that `whole` passes on. */
async function openIn<Source extends { close(): Promise<void> }, T>(
  slots: ExportSlots,
  open: () => Promise<Source>,
  use: (
    source: Source,
    whole: (chunks: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array, void, undefined>,
  ) => Promise<T>,
): Promise<T> {
  const release = slots.take();
  try {
    const source = await open();
    return await use(source, async function* whole(chunks) {
      try {
        yield* chunks;
      } finally {
        await source.close();
        release();
      }
    });
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
