import type { Client } from '@tangent/client';

/** Vectors in k clouds, by a small generator of their own: the same for the same seed. */
function clouds(
  n: number,
  k: number,
  width: number,
  seed: number,
): { readonly vector: number[]; readonly label: string }[] {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const centres = Array.from({ length: k }, () => Array.from({ length: width }, () => 2 * normal()));
  return Array.from({ length: n }, (_, i) => ({
    label: `c${i % k}`,
    vector: centres[i % k]!.map((c) => Number((c + normal()).toFixed(4))),
  }));
}

export interface VectorProject {
  readonly projectId: string;
  /** The true class of every item of the pool. */
  readonly truth: ReadonlyMap<string, string>;
}

/**
 * A project of vectors, `numLabeled` of them labeled and some held out; rounds start only on request unless set. The labels
 * of the rows in `wrong` are those of the next class.
 */
export async function vectorProject(
  client: Client,
  {
    numPool = 2300,
    numLabeled = 12,
    numHeldOut = 60,
    k = 3,
    settings = {} as Record<string, unknown>,
    wrong = [] as readonly number[],
  } = {},
): Promise<VectorProject> {
  const rows = clouds(numPool + numHeldOut, k, 16, 7);
  const lines = rows.map(({ vector, label }, i) =>
    JSON.stringify({
      id: String(i),
      vector,
      ...(i < numLabeled
        ? { label: wrong.includes(i) ? `c${(i + 1) % k}` : label }
        : i >= numPool
          ? { label, holdout: true }
          : {}),
    }),
  );
  const project = await client.createProject({
    body: {
      name: 'vectors',
      type: 'vector',
      classes: Array.from({ length: k }, (_, c) => ({ key: `c${c}` })),
      settings: { trigger: { everyLabels: null }, model: { hidden: [32], steps: 60 }, ...settings },
    },
  });
  const params = { projectId: project.id };
  const upload = await client.uploadImport({
    params,
    file: new Blob([`${lines.join('\n')}\n`]),
    fileName: 'rows.jsonl',
  });
  const { counts, errors } = await client.waitForOperation(upload.id);
  if (counts.created !== rows.length)
    throw new Error(`${counts.created} rows were imported: ${JSON.stringify(errors.slice(0, 2))}`);
  const truth = new Map<string, string>();
  for await (const item of client.each('listItems', { params, query: { limit: 1000 } }))
    truth.set(item.id, rows[Number(item.externalId)]!.label);
  return { projectId: project.id, truth };
}

/** All places of a finished round. */
export async function rankingOf(
  client: Client,
  roundId: string,
): Promise<{ readonly itemId: string; readonly score: number }[]> {
  const places: { itemId: string; score: number }[] = [];
  for await (const { itemId, score } of client.each('getRoundRanking', {
    params: { roundId },
    query: { limit: 1000 },
  }))
    places.push({ itemId, score });
  return places;
}

export async function predictionsOf(
  client: Client,
  projectId: string,
): Promise<Map<string, Record<string, number>>> {
  const found = new Map<string, Record<string, number>>();
  for await (const { itemId, probabilities } of client.each(
    'getPredictions' as never,
    { params: { projectId }, query: { limit: 1000 } } as never,
  ) as AsyncIterable<{ itemId: string; probabilities: Record<string, number> }>)
    found.set(itemId, probabilities);
  return found;
}

/** Waits until the live ranking knows so many label events since its round. */
export async function untilLive(
  client: Client,
  projectId: string,
  numLiveUpdates: number,
  timeoutMs = 60_000,
): Promise<void> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    const { model } = await client.getPredictions({ params: { projectId }, query: { limit: 1 } });
    if (model && model.numLiveUpdates >= numLiveUpdates) return;
    if (performance.now() > until)
      throw new Error(
        `after ${timeoutMs} ms the live model has ${model?.numLiveUpdates} of ${numLiveUpdates} updates`,
      );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
