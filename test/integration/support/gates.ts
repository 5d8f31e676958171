import pg from 'pg';

/**
 * Places where a process writes to Postgres: [table, moment, condition]. A closed gate holds whoever comes there, in the
 * middle of that statement, so that a fault can be put where it hurts, and without a race.
 */
const places = {
  'the snapshot': ['round_shards', 'INSERT', 'NEW.index = 0'],
  'the model': ['rounds', 'UPDATE', `OLD.status = 'training' AND NEW.status = 'featurizing'`],
  'the start of shard 1': ['round_shards', 'UPDATE', 'NEW.index = 1 AND NEW.features_key IS NULL'],
  'the features of shard 0': features(0),
  'the features of shard 1': features(1),
  'the features of shard 2': features(2),
  'the reduction': ['rounds', 'UPDATE', `OLD.status = 'featurizing' AND NEW.status = 'scoring'`],
  'the scores of shard 0': scores(0),
  'the scores of shard 1': scores(1),
  'the scores of shard 2': scores(2),
  'the start of the selection': ['rounds', 'UPDATE', `OLD.status = 'scoring' AND NEW.status = 'selecting'`],
  'the ranking': ['rankings', 'INSERT', `NEW.kind = 'round'`],
  'an annotation': ['annotations', 'INSERT', 'true'],
  'the second batch of an import': [
    'imports',
    'UPDATE',
    'OLD.num_rows_done > 0 AND NEW.num_rows_done > OLD.num_rows_done',
  ],
} as const satisfies Record<string, readonly [string, string, string]>;

function features(index: number) {
  return [
    'round_shards',
    'UPDATE',
    `NEW.index = ${index} AND NEW.features_key IS DISTINCT FROM OLD.features_key`,
  ] as const;
}
function scores(index: number) {
  return [
    'round_shards',
    'UPDATE',
    `NEW.index = ${index} AND NEW.scored_at IS DISTINCT FROM OLD.scored_at`,
  ] as const;
}

export type Place = keyof typeof places;
const names = Object.keys(places) as Place[];
/** Long enough for a worker to start, and to take a job over, on a machine with much else to do. */
const patienceMs = 150_000;
/** First half of the keys of our advisory locks. */
const gateClass = 20_817;

/** Puts an open gate at every place. Call it while nobody writes. */
export async function installGates(databaseUrl: string): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    await client.query(`CREATE FUNCTION pass_gate() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock_shared(${gateClass}, TG_ARGV[0]::int);
        RETURN NEW;
      END $$`);
    for (const [i, name] of names.entries()) {
      const [table, moment, condition] = places[name];
      await client.query(`CREATE TRIGGER gate_${i} BEFORE ${moment} ON ${table} FOR EACH ROW
        WHEN (${condition}) EXECUTE FUNCTION pass_gate('${i}')`);
    }
  });
}

export interface Gate {
  /** Resolves when somebody waits at it. */
  reached(): Promise<void>;
  /** Open already when its server was killed. */
  open(): Promise<void>;
}

export async function closeGate(databaseUrl: string, place: Place): Promise<Gate> {
  const client = new pg.Client(databaseUrl);
  client.on('error', () => undefined); // its server is killed: the gate is open
  await client.connect();
  await client.query('SELECT pg_advisory_lock($1, $2)', [gateClass, names.indexOf(place)]);
  const numWaiting = async () => {
    const { rows } = await client.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_locks
       WHERE locktype = 'advisory' AND classid = $1 AND objid = $2 AND NOT granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      [gateClass, names.indexOf(place)],
    );
    return rows[0]!.n;
  };
  return {
    async reached() {
      const deadline = performance.now() + patienceMs;
      while ((await numWaiting()) === 0) {
        if (performance.now() > deadline)
          throw new Error(`nobody has come to ${place} within ${patienceMs} ms`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    open: () => client.end().catch(() => undefined),
  };
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
