import { TangentError } from '@tangent/contracts';
import { announce } from '../core/announce.js';
import { bytesOf } from '../core/bytes.js';
import type { Queryable, Tx } from '../core/database.js';
import { isUniqueViolation } from '../core/errors.js';
import { newId } from '../core/ids.js';
import { noProject } from '../projects/projects.js';
import { type Duplicate, duplicatesAmong, findDuplicates } from './find-duplicates.js';
import type { MediaRecord } from './item-records.js';
import { getVectorLength } from './vector-length.js';

/** A row to insert, with exactly one of text, vector and media. */
export interface NewItem {
  readonly externalId?: string | undefined;
  /** SHA-256 (hex) of what the item shows: finds duplicates in the project. */
  readonly contentHash: string;
  readonly text?: string | undefined;
  readonly vector?: Float32Array | undefined;
  readonly media?: MediaRecord | undefined;
  readonly data?: Record<string, unknown> | undefined;
  readonly classKey?: string | undefined;
  /** Needs a classKey. */
  readonly isHoldout?: boolean | undefined;
  /** Needs a classKey. */
  readonly isGold?: boolean | undefined;
}

export interface InsertedItems {
  readonly numCreated: number;
  readonly duplicates: readonly Duplicate[];
}

export interface InsertOptions {
  /** False: the rows are written unseen first, and looked up only where that fails. Default true. */
  readonly expectsDuplicates?: boolean;
}

/**
 * Inserts rows in their order, duplicates left out. A class of an item that is not held out is a label, chosen
 * without regard to any ranking, and so a label event. Imports of a project wait for each other; annotations wait
 * only while the labels are numbered, at the end. Throws unknown-class, and wrong-columns for vectors of another
 * length; then nothing is written.
 */
export async function insertItems(
  tx: Tx,
  projectId: string,
  rows: readonly NewItem[],
  { expectsDuplicates = true }: InsertOptions = {},
): Promise<InsertedItems> {
  await holdImports(tx, projectId);
  const classes = await tx.prisma.projectClass.findMany({
    where: { projectId },
    orderBy: { position: 'asc' },
  });
  refuseUnknownClasses(
    rows,
    classes.map(({ key }) => key),
  );
  await refuseOtherLengths(tx, projectId, rows);
  const written = expectsDuplicates ? null : await writeUnseen(tx, projectId, rows);
  const { created, duplicates } =
    written ?? (await writeBut(tx, projectId, rows, await findDuplicates(tx, projectId, rows)));
  if (created.length > 0) await insertLabels(tx, projectId, created);
  return { numCreated: created.length, duplicates };
}

interface Written {
  readonly created: readonly CreatedItem[];
  readonly duplicates: readonly Duplicate[];
}

async function writeBut(
  tx: Tx,
  projectId: string,
  rows: readonly NewItem[],
  duplicates: readonly Duplicate[],
): Promise<Written> {
  const isDuplicate = new Set(duplicates.map(({ row }) => row));
  const created = rows.filter((_, i) => !isDuplicate.has(i)).map((row) => ({ id: newId('item'), row }));
  if (created.length > 0) {
    await insertMedia(tx, created);
    await insertRows(tx, projectId, created);
  }
  return { created, duplicates };
}

const nothingStored = { externalIds: new Set<string>(), contents: new Set<string>() };

/**
 * As if the project had none of the rows: to look for each of them in two indexes is a fifth of what an import costs
 * Postgres. Null: it has one, and nothing is written.
 */
async function writeUnseen(tx: Tx, projectId: string, rows: readonly NewItem[]): Promise<Written | null> {
  await tx.query('SAVEPOINT unseen');
  try {
    const written = await writeBut(tx, projectId, rows, duplicatesAmong(rows, nothingStored));
    await tx.query('RELEASE SAVEPOINT unseen');
    return written;
  } catch (error) {
    if (!isUniqueViolation(error, 'items_project_id_')) throw error;
    await tx.query('ROLLBACK TO SAVEPOINT unseen');
    return null;
  }
}

/** The lock is not the project's row: a batch takes a while, and annotations must not wait for it. */
async function holdImports(tx: Tx, projectId: string): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('tangent items ' || $1, 0))`, [projectId]);
}

function refuseUnknownClasses(rows: readonly NewItem[], classKeys: readonly string[]): void {
  const known = new Set(classKeys);
  for (const [i, { classKey }] of rows.entries()) {
    if (classKey === undefined || known.has(classKey)) continue;
    const names = classKeys.slice(0, 20).join(', ') + (classKeys.length > 20 ? ', …' : '');
    throw new TangentError(
      'unknown-class',
      `The project has no class "${classKey}" (row ${i + 1}); it has ${names}.`,
    );
  }
}

/** A pool whose vectors differ in length could never be trained on; two imports at once could make one. */
async function refuseOtherLengths(tx: Tx, projectId: string, rows: readonly NewItem[]): Promise<void> {
  const lengths = new Set(rows.flatMap(({ vector }) => vector?.length ?? []));
  if (lengths.size === 0) return;
  const known = await getVectorLength(tx, projectId);
  if (known !== null) lengths.add(known);
  if (lengths.size > 1)
    throw new TangentError(
      'wrong-columns',
      `All vectors of a project are of one length; these are of ${[...lengths].join(' and ')} numbers.`,
    );
}

/** Not one object of both: copying ten thousand rows takes longer than it looks. */
interface CreatedItem {
  readonly id: string;
  readonly row: NewItem;
}

async function insertMedia(tx: Queryable, items: readonly CreatedItem[]): Promise<void> {
  const media = items.flatMap(({ row }) => row.media ?? []);
  if (media.length > 0) await tx.prisma.media.createMany({ data: media, skipDuplicates: true });
}

const numColumns = 13;
const copySql = `COPY items (id, project_id, ordinal, external_id, content_hash, text, vector, media_sha256, data,
  is_holdout, is_gold, imported_class, status) FROM STDIN (FORMAT binary)`;

async function insertRows(tx: Tx, projectId: string, items: readonly CreatedItem[]): Promise<void> {
  const [project] = await tx.query<{ next_ordinal: number }>(
    'SELECT next_ordinal FROM projects WHERE id = $1',
    [projectId],
  );
  if (!project) throw noProject(projectId);
  let ordinal = project.next_ordinal;
  await tx.copy(copySql, items, (to, { id, row }) => {
    to.row(numColumns);
    to.text(id);
    to.text(projectId);
    to.int(ordinal++);
    to.text(row.externalId);
    to.text(row.contentHash);
    to.text(row.text);
    to.bytes(row.vector && bytesOf(row.vector));
    to.text(row.media?.sha256);
    to.jsonb(row.data ?? {});
    to.boolean(row.isHoldout ?? false);
    to.boolean(row.isGold ?? false);
    to.text(row.classKey);
    to.text(row.classKey === undefined ? 'unlabeled' : 'labeled');
  });
}

/** Numbers the labels under the project's row lock, which is held from here to the end of the transaction. */
async function insertLabels(tx: Tx, projectId: string, items: readonly CreatedItem[]): Promise<void> {
  const labeled = items.filter(({ row }) => row.classKey !== undefined);
  const learned = labeled.filter(({ row }) => !row.isHoldout);
  const [project] = await tx.query<{ label_seq: number }>(
    `UPDATE projects SET label_seq = label_seq + $2, next_ordinal = next_ordinal + $3 WHERE id = $1
     RETURNING label_seq`,
    [projectId, learned.length, items.length],
  );
  const lastSeq = project!.label_seq;
  if (labeled.length === 0) return;
  let seq = lastSeq - learned.length;
  await tx.query(
    `WITH r AS (SELECT * FROM unnest($2::text[], $3::text[], $4::int[]) AS r(item_id, class_key, seq)),
     labeled AS (
       INSERT INTO labels (item_id, project_id, class_key, source, is_random, label_seq)
       SELECT item_id, $1, class_key, 'import', true, seq FROM r)
     INSERT INTO label_events (project_id, seq, item_id, class_key)
     SELECT $1, seq, item_id, class_key FROM r WHERE seq > 0`,
    [
      projectId,
      labeled.map(({ id }) => id),
      labeled.map(({ row }) => row.classKey),
      labeled.map(({ row }) => (row.isHoldout ? 0 : ++seq)),
    ],
  );
  const last = learned.at(-1);
  // One word for the whole batch: the live model reads all events since the last that it knows.
  if (last) await announce(tx, { type: 'label.created', projectId, itemId: last.id, labelSeq: lastSeq });
}
