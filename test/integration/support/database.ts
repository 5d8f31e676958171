import { randomBytes } from 'node:crypto';
import { projectSettings, type RoundRequest, roundRequest } from '@tangent/contracts';
import {
  type Actor,
  beginPhase,
  completeFeaturizing,
  completeSelection,
  completeTraining,
  createProject,
  createUser,
  type Database,
  insertItems,
  inTransaction,
  type NewItem,
  openDatabase,
  type ProjectRecord,
  readPool,
  saveShardFeatures,
  saveShardScores,
  setSnapshot,
  startRound,
} from '@tangent/database';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { createTestDatabase } from '../../../scripts/lib/stack.mjs';

export const nobody: Actor = { userId: null };

/** For vi.waitFor: as soon as a busy machine can. */
export const soon = { timeout: 30_000, interval: 20 };

/** A migrated database for one test file. Fails a test that leaves a connection of the pool in use. */
export function useDatabase(options: { maxConnections?: number } = {}): { readonly db: Database } {
  let test: { db: Database; drop: () => Promise<void> } | undefined;
  const current = () => {
    if (!test) throw new Error('the database is there only while tests run');
    return test;
  };
  beforeAll(async () => {
    const { url, drop } = await createTestDatabase();
    test = { db: openDatabase({ url, ...options }), drop };
  });
  afterEach(() => {
    const { totalCount, idleCount } = current().db.pool;
    if (totalCount !== idleCount)
      throw new Error(`${totalCount - idleCount} connections were not given back`);
  });
  afterAll(async () => {
    await test?.db.close();
    await test?.drop();
  });
  return {
    get db() {
      return current().db;
    },
  };
}

export async function makeUser(db: Database, more: { isAdmin?: boolean } = {}): Promise<string> {
  const name = `user-${randomBytes(5).toString('hex')}`;
  const user = await createUser(db, {
    email: `${name}@tangent.test`,
    name,
    passwordHash: 'scrypt:none',
    isAdmin: more.isAdmin ?? false,
    actor: nobody,
  });
  return user.id;
}

export interface TestProject {
  readonly project: ProjectRecord;
  readonly projectId: string;
  /** Of all members, the creator first. */
  readonly annotators: readonly string[];
  /** In the order of import. */
  readonly itemIds: readonly string[];
}

export interface TestProjectOptions {
  /** Given to projectSettings.parse; the trigger is off unless it is set. */
  readonly settings?: Record<string, unknown>;
  readonly classes?: readonly string[];
  /** Unlabeled items; default 10. */
  readonly numItems?: number;
  /** Classes of labeled items, put before the others. */
  readonly labels?: readonly string[];
  /** Classes of held-out items, put last. */
  readonly holdout?: readonly string[];
  /** Classes of gold items, put behind those. */
  readonly gold?: readonly string[];
  readonly numAnnotators?: number;
}

/** A text project with its items: `labels.length` labeled, then `numItems` unlabeled, then the held-out and the gold ones. */
export async function makeProject(db: Database, options: TestProjectOptions = {}): Promise<TestProject> {
  const {
    settings = {},
    classes = ['a', 'b', 'c'],
    numItems = 10,
    labels = [],
    holdout = [],
    gold = [],
  } = options;
  const annotators: string[] = [];
  for (let i = 0; i < (options.numAnnotators ?? 1); i++) annotators.push(await makeUser(db));
  const project = await createProject(db, {
    name: 'test',
    type: 'text',
    classes: classes.map((key) => ({ key })),
    settings: projectSettings.parse({ trigger: { everyLabels: null }, ...settings }),
    creatorId: annotators[0]!,
    actor: nobody,
  });
  for (const userId of annotators.slice(1))
    await db.prisma.member.create({ data: { projectId: project.id, userId, role: 'annotator' } });
  await addItems(db, project.id, [
    ...labels.map((classKey) => textItem({ classKey })),
    ...Array.from({ length: numItems }, () => textItem()),
    ...holdout.map((classKey) => textItem({ classKey, isHoldout: true })),
    ...gold.map((classKey) => textItem({ classKey, isGold: true })),
  ]);
  const items = await db.prisma.item.findMany({
    where: { projectId: project.id },
    orderBy: { ordinal: 'asc' },
    select: { id: true },
  });
  return { project, projectId: project.id, annotators, itemIds: items.map(({ id }) => id) };
}

let numTexts = 0;
export function textItem(more: Partial<NewItem> = {}): NewItem {
  const text = `text ${++numTexts}`;
  return { text, contentHash: text, ...more };
}

export function addItems(
  db: Database,
  projectId: string,
  rows: readonly NewItem[],
  options?: Parameters<typeof insertItems>[3],
) {
  return inTransaction(db, (tx) => insertItems(tx, projectId, rows, options));
}

export const shardSize = 4;

export interface StartedRound {
  readonly roundId: string;
  /** In pool order. */
  readonly itemIds: readonly string[];
  readonly labelSeq: number;
  readonly numShards: number;
  readonly shards: readonly {
    readonly index: number;
    readonly fromIndex: number;
    readonly toIndex: number;
  }[];
}

/** A round up to and with its snapshot: in training. */
export async function beginRound(
  db: Database,
  projectId: string,
  request: Partial<RoundRequest> = {},
): Promise<StartedRound> {
  const { id: roundId } = await startRound(db, {
    projectId,
    request: { ...roundRequest.parse({}), ...request },
    actor: nobody,
    seed: 7,
  });
  return takeSnapshot(db, projectId, roundId);
}

/** planned → training, with the snapshot of the pool. */
export async function takeSnapshot(db: Database, projectId: string, roundId: string): Promise<StartedRound> {
  await beginPhase(db, { roundId, attempt: 1, phase: 'training' });
  const { itemIds, labelSeq } = await readPool(db, projectId, async ({ labelSeq, rows }) => {
    const itemIds: string[] = [];
    for await (const row of rows) if (!row.isHoldout) itemIds.push(row.itemId);
    return { itemIds, labelSeq };
  });
  const shards = Array.from({ length: Math.ceil(itemIds.length / shardSize) }, (_, index) => ({
    index,
    fromIndex: index * shardSize,
    toIndex: Math.min(itemIds.length, (index + 1) * shardSize),
  }));
  await setSnapshot(db, { roundId, attempt: 1, snapshotKey: 'snapshot', labelSeq, shards });
  return { roundId, itemIds, labelSeq, numShards: shards.length, shards };
}

export const modelOf = {
  checkpointKey: 'checkpoint',
  config: { kind: 'mlp' },
  featuriser: { kind: 'test' },
  numLabels: 2,
  curve: [{ arm: 'strategy' as const, numLabels: 2, numCorrect: 1, numHoldout: 2 }],
};

/** The rest of the round up to `selecting`. */
export async function advanceToSelecting(
  db: Database,
  round: StartedRound,
  checkpointKey = modelOf.checkpointKey,
): Promise<void> {
  const at = { roundId: round.roundId, attempt: 1 };
  await completeTraining(db, { ...at, ...modelOf, checkpointKey });
  for (const { index } of round.shards)
    await saveShardFeatures(db, { ...at, index, featuresKey: `features-${index}`, featuresMs: 1 });
  await completeFeaturizing(db, { ...at, statisticsKey: 'statistics' });
  for (const { index, fromIndex, toIndex } of round.shards) {
    const itemIds = round.itemIds.slice(fromIndex, toIndex);
    const scores = Float32Array.from(itemIds, (_, i) => (fromIndex + i === 0 ? Number.NaN : fromIndex + i));
    await saveShardScores(db, { ...at, index, itemIds, scores, scoreMs: 1 });
  }
  await beginPhase(db, { ...at, phase: 'selecting' });
}

export function selectionOf(round: StartedRound, order: readonly string[], numClasses = 3) {
  return {
    roundId: round.roundId,
    attempt: 1,
    ranking: {
      itemIds: order,
      scores: Float32Array.from(order, (_, i) => 1 - i / 16),
      reasons: order.slice(0, 2).map((_, i) => `reason ${i + 1}`),
      numSelected: Math.min(2, order.length),
    },
    predictions: round.shards.map(({ index, fromIndex, toIndex }) => ({
      shardIndex: index,
      itemIds: round.itemIds.slice(fromIndex, toIndex),
      probabilities: Float32Array.from({ length: (toIndex - fromIndex) * numClasses }, (_, i) =>
        i % numClasses === 1 ? 0.5 : 0.25,
      ),
    })),
  };
}

/** A whole round that ends with `order` as its ranking; default: the unlabeled items, the last imported first. */
export async function runRound(
  db: Database,
  projectId: string,
  options: { order?: readonly string[]; numClasses?: number; checkpointKey?: string } = {},
): Promise<StartedRound & { order: readonly string[] }> {
  const round = await beginRound(db, projectId);
  await advanceToSelecting(db, round, options.checkpointKey);
  const order = options.order ?? (await unlabeledIds(db, projectId)).toReversed();
  await completeSelection(db, selectionOf(round, order, options.numClasses));
  return { ...round, order };
}

/** In the order of import. */
export async function unlabeledIds(db: Database, projectId: string): Promise<string[]> {
  const rows = await db.prisma.item.findMany({
    where: { projectId, status: 'unlabeled', isHoldout: false },
    orderBy: { ordinal: 'asc' },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}

/** The code of the TangentError (or of Postgres) that `work` fails with. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (typeof code === 'string') return code;
    throw error;
  }
  return 'it succeeded';
}

export async function collect<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** What the queue was told about a round, oldest first. */
export async function messagesOf(db: Database, roundId: string) {
  const rows = await db.query<{ message: Record<string, unknown> }>(
    `SELECT message FROM outbox WHERE message ->> 'roundId' = $1 ORDER BY id`,
    [roundId],
  );
  return rows.map(({ message: { roundId: _, ...rest } }) => rest);
}

/** A database without a table, on the server of another one. */
export async function emptyDatabase(db: Database): Promise<{ url: string; drop(): Promise<unknown> }> {
  const name = `tangent_test_${randomBytes(6).toString('hex')}`;
  await db.query(`CREATE DATABASE ${name}`);
  const url = new URL(db.url);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => db.query(`DROP DATABASE ${name} WITH (FORCE)`) };
}
