import {
  type ImportFormat,
  type Operation,
  type ProjectClass,
  type ProjectType,
  projectSettings,
  type QueueMessage,
} from '@tangent/contracts';
import type { Database, Queryable, Tx } from '../core/database.js';
import { newId } from '../core/ids.js';
import { inTransaction } from '../core/transaction.js';
import { getVectorLength } from '../items/vector-length.js';
import { writeOutbox } from '../outbox/outbox.js';
import { audit } from '../people/audit.js';
import type { Actor } from '../people/users.js';
import { noOperation, toOperation } from './operations.js';

/** A file or a folder on the server. */
export interface ServerPath {
  /** Below the root that the server may read. */
  readonly path: string;
  /** Of what lies there: an import that goes on must find the same. */
  readonly fingerprint: string;
}

/** What is read: an upload, by the key of its blob, or a path on the server. */
export type ImportOrigin =
  | { readonly fileKey: string; readonly serverPath?: undefined }
  | { readonly fileKey?: undefined; readonly serverPath: ServerPath };

export type NewImport = ImportOrigin & {
  readonly projectId: string;
  readonly format: ImportFormat;
  readonly fileName: string;
  readonly isDryRun: boolean;
  readonly actor: Actor;
  /** Written in the same transaction, e.g. the response under its idempotency key. */
  readonly also?: (tx: Tx, operation: Operation) => Promise<void>;
};

/** The operation, and the message that makes a worker do it. */
export async function createImport(db: Database, input: NewImport): Promise<Operation> {
  const { projectId, format, fileName, fileKey, serverPath, isDryRun, actor } = input;
  return inTransaction(db, async (tx) => {
    const { settings } = await tx.prisma.project.findUniqueOrThrow({
      where: { id: projectId },
      select: { settings: true },
    });
    const row = await tx.prisma.operation.create({
      data: {
        id: newId('operation'),
        projectId,
        kind: 'import',
        isDryRun,
        createdById: actor.userId,
        import: {
          create: {
            format,
            fileName,
            fileKey: fileKey ?? null,
            sourcePath: serverPath?.path ?? null,
            sourceFingerprint: serverPath?.fingerprint ?? null,
            holdoutShare: projectSettings.parse(settings).holdoutShare,
          },
        },
      },
    });
    await writeOutbox(tx, { kind: 'import', operationId: row.id });
    await audit(tx, {
      actorId: actor.userId,
      ip: actor.ip,
      action: 'import.create',
      targetType: 'operation',
      targetId: row.id,
      detail: { projectId, format, fileName, isDryRun, ...(serverPath && { path: serverPath.path }) },
    });
    const operation = toOperation(row);
    await input.also?.(tx, operation);
    return operation;
  });
}

export type ImportRecord = ImportOrigin & {
  readonly operation: Operation;
  readonly projectId: string;
  readonly projectType: ProjectType;
  /** Numbers of each vector that the project has; null without any. */
  readonly vectorLength: number | null;
  readonly classes: ProjectClass[];
  readonly format: ImportFormat;
  readonly fileName: string;
  /** Rows of the file whose batch is committed: go on after them. */
  readonly numRowsDone: number;
  /** Of the labeled rows that say nothing of it: that of the project when the import was asked for. */
  readonly holdoutShare: number;
};

/** Throws not-found. */
export async function getImport(db: Queryable, operationId: string): Promise<ImportRecord> {
  const row = await db.prisma.import.findUnique({
    where: { operationId },
    include: {
      operation: { include: { project: { include: { classes: { orderBy: { position: 'asc' } } } } } },
    },
  });
  if (!row) throw noOperation(operationId);
  const { project, ...operation } = row.operation;
  return {
    operation: toOperation(operation),
    projectId: project.id,
    projectType: project.type,
    vectorLength: project.type === 'vector' ? await getVectorLength(db, project.id) : null,
    classes: project.classes.map(({ key, name, hotkey }) => ({ key, name, hotkey })),
    format: row.format as ImportFormat,
    fileName: row.fileName,
    ...originOf(row),
    numRowsDone: row.numRowsDone,
    holdoutShare: row.holdoutShare,
  };
}

function originOf(row: {
  fileKey: string | null;
  sourcePath: string | null;
  sourceFingerprint: string | null;
}): ImportOrigin {
  if (row.fileKey !== null) return { fileKey: row.fileKey };
  return { serverPath: { path: row.sourcePath!, fingerprint: row.sourceFingerprint! } };
}

/** What the queue must do for each import that runs. */
export async function runningImports(db: Queryable): Promise<QueueMessage[]> {
  const running = await db.query<{ id: string }>(
    `SELECT id FROM operations WHERE kind = 'import' AND status = 'running' ORDER BY id`,
  );
  return running.map(({ id }) => ({ kind: 'import', operationId: id }));
}
