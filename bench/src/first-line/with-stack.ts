import { type Client, login } from '@tangent/client';
import { loadDigits, withEveryClass, zipDigits } from '@tangent/example-digits';
import { type Stack, type StackOptions, startStack } from '../../../scripts/lib/stack.mjs';

export interface Bench {
  readonly stack: Stack;
  readonly client: Client;
}

/** A private installation for the time of one measurement. */
export async function withStack<T>(options: StackOptions, measure: (bench: Bench) => Promise<T>): Promise<T> {
  const stack = await startStack({
    env: { LOG_LEVEL: 'warn', TANGENT_REQUESTS_PER_MINUTE: '1000000' },
    ...options,
  });
  try {
    const { client } = await login({ baseUrl: stack.apiUrl }, stack.admin.email, stack.admin.password);
    return await measure({ stack, client });
  } finally {
    await stack.stop();
  }
}

/** The demo’s pool: 2,000 digits, 20 of them labeled, 500 held out; and what each item really is. */
export async function importDemoPool(
  client: Client,
): Promise<{ readonly projectId: string; readonly truth: ReadonlyMap<string, string> }> {
  const digits = await loadDigits(1);
  const { chosen, rest } = withEveryClass(digits.slice(0, 2000), 20);
  const { zip, truth } = await zipDigits({
    labeled: chosen,
    unlabeled: rest,
    heldOut: digits.slice(2000, 2500),
  });
  const classes = Array.from({ length: 10 }, (_, digit) => ({ key: String(digit) }));
  const { id: projectId } = await client.createProject({
    body: { name: 'bench', type: 'image', classes, settings: { trigger: { everyLabels: null } } },
  });
  const upload = await client.uploadImport({ params: { projectId }, file: zip, fileName: 'digits.zip' });
  const { counts } = await client.waitForOperation(upload.id);
  if (counts.created !== 2500) throw new Error(`${counts.created} of 2500 digits were imported`);
  const byItem = new Map<string, string>();
  for await (const item of client.each('listItems', { params: { projectId }, query: { limit: 1000 } }))
    byItem.set(item.id, truth.get(item.externalId!)!);
  return { projectId, truth: byItem };
}

/** Starts a round by hand (the demo pool has no trigger) and waits until it has ended well; its id. */
export async function runRound(client: Client, projectId: string, seed: number): Promise<string> {
  const { id } = await client.createRound({ params: { projectId }, body: { seed } });
  return endOf(client, id);
}

/** The round that an import has started by itself. */
export async function waitForFirstRound(client: Client, projectId: string): Promise<string> {
  const { items } = await client.listRounds({ params: { projectId } });
  return endOf(client, items[0]!.id);
}

async function endOf(client: Client, roundId: string): Promise<string> {
  const round = await client.waitForRound(roundId);
  if (round.status !== 'done')
    throw new Error(`the round ${roundId} ended as ${round.status}: ${round.error?.detail}`);
  return roundId;
}
