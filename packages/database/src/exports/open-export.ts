import type { ProjectType } from '@tangent/contracts';
import type { Database } from '../core/database.js';
import { openSnapshot } from '../core/stream.js';
import { getVectorLength } from '../items/vector-length.js';
import { noProject } from '../projects/projects.js';
import { type BatchLimits, type ExportRow, type ExportSelection, exportBatches } from './export-rows.js';

export interface ExportedProject {
  readonly id: string;
  readonly name: string;
  readonly type: ProjectType;
}

/** A project as it was at one moment, to be read as often as a format needs. */
export interface ProjectExport {
  readonly project: ExportedProject;
  /** Number of all items, and of numbers in each vector (0: no vectors). */
  count(): Promise<{ readonly numItems: number; readonly vectorLength: number }>;
  batches(
    selection?: ExportSelection,
    limits?: BatchLimits,
  ): AsyncGenerator<readonly ExportRow[], void, undefined>;
  /** Ends the transaction and gives the connection back. */
  close(): Promise<void>;
}

/**
 * Opens a snapshot of a project: whatever is committed afterwards, the export does not see it. Holds a connection until
 * it is closed. Throws not-found.
 */
export async function openExport(db: Database, projectId: string): Promise<ProjectExport> {
  const { snapshot, close } = await openSnapshot(db);
  try {
    const [project] = await snapshot.query<ExportedProject>(
      'SELECT id, name, type FROM projects WHERE id = $1 AND deleted_at IS NULL',
      [projectId],
    );
    if (!project) throw noProject(projectId);
    return {
      project,
      async count() {
        const [row] = await snapshot.query<{ numItems: number }>(
          'SELECT count(*)::int AS "numItems" FROM items WHERE project_id = $1',
          [projectId],
        );
        return { ...row!, vectorLength: (await getVectorLength(snapshot, projectId)) ?? 0 };
      },
      batches: (selection, limits) => exportBatches(snapshot, projectId, selection, limits),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
