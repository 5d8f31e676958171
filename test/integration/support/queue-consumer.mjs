// A consumer in a process of its own: says what it begins, hangs where it is told to, and closes when its input ends.
import { openQueue } from '@tangent/queue';

const { backend, hangIn } = JSON.parse(process.argv[2]);
const handler = (name) => async (payload) => {
  process.stdout.write(`${name} ${payload.shardIndex ?? '-'}\n`);
  if (name === hangIn) await new Promise(() => undefined);
};
const names = [
  'train-model',
  'compute-features',
  'reduce-features',
  'score-shard',
  'select-batch',
  'import-file',
];

const queue = await openQueue(backend);
const consumer = queue.consume({
  handlers: Object.fromEntries(names.map((name) => [name, handler(name)])),
  isRetryable: () => false,
  onFailed: async () => undefined,
  log: (line) => process.stderr.write(`${line}\n`),
});
process.stdin.on('end', async () => {
  await consumer.close(1000);
  await queue.close();
});
process.stdin.resume();
