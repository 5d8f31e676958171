import { type Client, login } from '@tangent/client';
import { type Database, openDatabase } from '@tangent/database';
import { afterAll, beforeAll, expect, onTestFinished, type TestContext } from 'vitest';
import { type Stack, type StackOptions, type StackProcess, startStack } from '../../../scripts/lib/stack.mjs';
import { closeGate, type Gate, installGates, type Place } from './gates.js';
import { type VectorProject, vectorProject } from './vectors.js';

declare module 'vitest' {
  interface TaskMeta {
    /** What `npm run bench -- faults` adds up. */
    fault?: FaultFigures;
  }
}

export interface FaultFigures {
  readonly numPlaces?: number;
  /** Places of the ranking whose item or score, to the last bit, is another than without the fault. */
  readonly numPlacesDifferent?: number;
  readonly numAnnotations?: number;
  readonly numLost?: number;
  readonly numDoubled?: number;
}

export type Task = TestContext['task'];

/** `npm run bench -- faults` runs what takes long, too. */
export const isThorough = process.env.TANGENT_FAULTS === 'all';

const seed = 11;
const numPool = 240;
/** Of the rows of a project: the first ones. */
export const numLabeled = 12;
const shardSize = 80;
/** A stack, a project and a round, on a machine with much else to do. */
export const setUpWithinMs = 600_000;

export interface FaultHouse {
  readonly stack: Stack;
  readonly worker: StackProcess;
  /** Repeats what an outage refused. */
  readonly client: Client;
  readonly db: Database;
  readonly projectId: string;
  newProject(): Promise<VectorProject>;
  /** Open again after the test, at the latest. */
  close(place: Place): Promise<Gate>;
  startRound(projectId?: string): Promise<string>;
  /** Waits for the end of the round, and compares all that it left with what the undisturbed round of its seed left. */
  expectAsUndisturbed(roundId: string, task: Task): Promise<void>;
}

/**
 * An installation with gates, and a tiny pool of three shards that was ranked once without any fault. Options that are known
 * only when tests run, such as the port of a server, are given as a function.
 */
export function useFaultHouse(options: StackOptions | (() => StackOptions)): FaultHouse {
  let house: FaultHouse | undefined;
  beforeAll(async () => {
    const { env, ...rest } = typeof options === 'function' ? options() : options;
    // Computing gives way to nobody here, or a machine with much else to do comes to no end.
    const own = { TANGENT_REQUESTS_PER_MINUTE: '1000000', TANGENT_WORKER_NICE: '0' };
    const stack = await startStack({ ...rest, env: { ...own, ...env } });
    house = await openHouse(stack).catch(async (error) => {
      await stack.stop();
      throw error;
    });
  }, setUpWithinMs);
  afterAll(async () => {
    await house?.db.close();
    await house?.stack.stop();
  });
  return new Proxy({} as FaultHouse, { get: (_, name) => house![name as keyof FaultHouse] });
}

async function openHouse(stack: Stack): Promise<FaultHouse> {
  const { client } = await login(
    { baseUrl: stack.apiUrl, retries: { limit: 200, baseDelayMs: 50, maxDelayMs: 1000 } },
    stack.admin.email,
    stack.admin.password,
  );
  const db = openDatabase({ url: stack.databaseUrl, maxConnections: 3 });
  await db.query(`CREATE FUNCTION use_small_shards() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      NEW.config := jsonb_set(NEW.config, '{shardSize}', '${shardSize}');
      RETURN NEW;
    END $$`);
  await db.query(
    'CREATE TRIGGER small_shards BEFORE INSERT ON rounds FOR EACH ROW EXECUTE FUNCTION use_small_shards()',
  );
  await installGates(stack.databaseUrl);
  const newProject = () => vectorProject(client, { numPool, numLabeled, numHeldOut: 30 });
  const { projectId } = await newProject();
  const startRound = async (id = projectId) =>
    (await client.createRound({ params: { projectId: id }, body: { seed } })).id;
  const undisturbed = await endOf(client, db, await startRound());
  expect(undisturbed.shards).toHaveLength(3);
  expect(undisturbed.ranking).toHaveLength(numPool - numLabeled);
  return {
    stack,
    worker: stack.workers[0]!,
    client,
    db,
    projectId,
    newProject,
    async close(place) {
      const gate = await closeGate(stack.databaseUrl, place);
      onTestFinished(() => gate.open());
      return gate;
    },
    startRound,
    async expectAsUndisturbed(roundId, task) {
      const disturbed = await endOf(client, db, roundId);
      task.meta.fault = {
        numPlaces: undisturbed.ranking.length,
        numPlacesDifferent: numDifferent(undisturbed.ranking, disturbed.ranking),
      };
      expect(disturbed).toEqual(undisturbed);
    },
  };
}

/** The jobs of a round that a worker ran to their end, as they ended. */
export function jobsDoneBy(worker: StackProcess, roundId: string): string[] {
  return linesOf(worker)
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { msg: string; job?: { roundId?: string } })
    .filter(({ job }) => job?.roundId === roundId)
    .map(({ msg }) => msg);
}

export const linesOf = (worker: StackProcess) => worker.log(5000).split('\n');

async function endOf(client: Client, db: Database, roundId: string) {
  expect(await client.waitForRound(roundId)).toMatchObject({ error: null, status: 'done' });
  return tracesOf(db, roundId);
}

/** Everything that a finished round leaves, but for its ids and times: equal only when every bit of its numbers is. */
async function tracesOf(db: Database, roundId: string) {
  const rounds = await db.query(
    `SELECT r.snapshot_key, r.statistics_key, r.label_seq, r.num_shards, m.checkpoint_key, m.config, m.featuriser,
       m.num_labels, m.metrics
     FROM rounds r JOIN model_versions m ON m.id = r.model_version_id WHERE r.id = $1`,
    [roundId],
  );
  const modelsOfNoRound = await db.query(
    `SELECT m.id FROM model_versions m JOIN rounds r ON r.project_id = m.project_id AND r.id = $1
     WHERE NOT EXISTS (SELECT 1 FROM rounds o WHERE o.model_version_id = m.id)`,
    [roundId],
  );
  const shards = await db.query(
    `SELECT index, from_index, to_index, features_key, item_ids, encode(scores, 'hex') AS scores
     FROM round_shards WHERE round_id = $1 ORDER BY index`,
    [roundId],
  );
  const curve = await db.query(
    'SELECT arm, num_labels, num_correct, num_holdout FROM curve_points WHERE round_id = $1 ORDER BY arm',
    [roundId],
  );
  const ranked = (kind: 'round' | 'live') =>
    db.query<{ item_ids: string[]; scores: Buffer; reasons: unknown; num_selected: number }>(
      'SELECT item_ids, scores, reasons, num_selected FROM rankings WHERE round_id = $1 AND kind = $2::ranking_kind',
      [roundId, kind],
    );
  const [own, live] = [await ranked('round'), await ranked('live')];
  const predictions = await db.query(
    `SELECT shard_index, item_ids, encode(probabilities, 'hex') AS probabilities
     FROM predictions WHERE round_id = $1 ORDER BY shard_index`,
    [roundId],
  );
  return { rounds, modelsOfNoRound, shards, curve, ranking: own.flatMap(placesOf), own, live, predictions };
}

interface RankedPlace {
  readonly item: string;
  /** The bits of its float32. */
  readonly score: string;
}

function placesOf({ item_ids, scores }: { item_ids: string[]; scores: Buffer }): RankedPlace[] {
  return item_ids.map((item, i) => ({ item, score: scores.toString('hex', 4 * i, 4 * i + 4) }));
}

export function numDifferent(expected: readonly RankedPlace[], found: readonly RankedPlace[]): number {
  const longest = Math.max(expected.length, found.length);
  return Array.from({ length: longest }).filter(
    (_, i) => expected[i]?.item !== found[i]?.item || expected[i]?.score !== found[i]?.score,
  ).length;
}

/** The ranking of a finished round with the names that the items had in their file: the same in two projects of one file. */
export async function rankingByName(house: FaultHouse, roundId: string): Promise<RankedPlace[]> {
  const { ranking } = await endOf(house.client, house.db, roundId);
  const rows = await house.db.query<{ id: string; external_id: string }>(
    'SELECT id, external_id FROM items WHERE project_id = (SELECT project_id FROM rounds WHERE id = $1)',
    [roundId],
  );
  const nameOf = new Map(rows.map(({ id, external_id }) => [id, external_id]));
  return ranking.map(({ item, score }) => ({ item: nameOf.get(item)!, score }));
}
