// A million texts in and out again, through the HTTP API of a private installation.
// npm run bench -- import [--quick]
import { createWriteStream, openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Bench, withStack } from './first-line/with-stack.js';
import { type Benchmark, runBenchmark } from './harness.js';
import { peakMemoryMiB } from './import/peak-memory.js';
import { countLost } from './import/round-trip.js';
import { classKeys, writeRows } from './import/text-rows.js';

const { values: args } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const numRows = args.quick ? 50_000 : 1_000_000;
const rows = `${new Intl.NumberFormat('en').format(numRows)} JSONL text rows`;
const trialDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../.cache/trials');

await runBenchmark(
  'import',
  async (b) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'tangent-bench-import-'));
    try {
      await withStack({ ownServers: true }, (bench) => measure(b, bench, folder));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  args.quick ? { resultsDir: trialDir } : {},
);

async function measure(b: Benchmark, bench: Bench, folder: string): Promise<void> {
  const file = path.join(folder, 'rows.jsonl');
  const numBytes = await writeRows(file, numRows);
  b.detail('parameters', { numRows, numBytes });
  const { id: projectId } = await bench.client.createProject({
    body: {
      name: 'reviews',
      type: 'text',
      classes: classKeys.map((key) => ({ key })),
      settings: { trigger: { everyLabels: null } },
    },
  });
  const trial = { b, client: bench.client, projectId };
  await measureImport({ ...trial, file });
  const exported = path.join(folder, 'exported.jsonl');
  await measureExport({ ...trial, file: exported });
  b.row({
    claim: '… rows whose id, text, label or holdout is another after the round trip',
    measured: await countLost(exported, numRows),
    unit: 'rows',
    goal: { atMost: 0 },
  });
  reportMemory(b, bench);
}

interface Trial {
  readonly b: Benchmark;
  readonly client: Bench['client'];
  readonly projectId: string;
  /** What is sent, or where what comes is written. */
  readonly file: string;
}

/** From the first byte of the upload to the end of the operation. */
async function measureImport({ b, client, projectId, file }: Trial): Promise<void> {
  const from = performance.now();
  const upload = await client.uploadImport({
    params: { projectId },
    file: await openAsBlob(file),
    fileName: 'rows.jsonl',
  });
  const uploaded = performance.now();
  const { status, counts, errors } = await client.waitForOperation(upload.id, { timeoutMs: 3_600_000 });
  const seconds = (performance.now() - from) / 1000;
  if (status !== 'done' || counts.created !== numRows)
    throw new Error(
      `the import ended as ${status} with ${JSON.stringify({ counts, errors: errors.slice(0, 2) })}`,
    );
  b.row({
    claim: `${rows} imported, upload included`,
    measured: numRows / seconds,
    unit: 'rows/s',
    goal: { atLeast: 20_000 },
    tried:
      'COPY in binary form, thousands of rows a transaction; uploads moved, not copied; the planner told of the size before the end; rows written unseen, and looked up only in a file that has shown a duplicate.',
  });
  b.detail('seconds of the import', { upload: (uploaded - from) / 1000, whole: seconds });
  b.progress(`imported in ${seconds.toFixed(1)} s`);
}

/** From the request to the last byte, which is on disk then. */
async function measureExport({ b, client, projectId, file }: Trial): Promise<void> {
  const from = performance.now();
  const stream = await client.createExport({ params: { projectId }, query: { format: 'jsonl' } });
  await pipeline(Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(file));
  const seconds = (performance.now() - from) / 1000;
  b.row({
    claim: `${rows} exported`,
    measured: numRows / seconds,
    unit: 'rows/s',
    goal: { atLeast: 50_000 },
  });
  b.detail('seconds of the export', seconds);
  b.progress(`exported in ${seconds.toFixed(1)} s`);
}

function reportMemory(b: Benchmark, { stack }: Bench): void {
  const processes = { API: stack.api.pid, worker: stack.workers[0]!.pid };
  for (const [name, pid] of Object.entries(processes)) {
    const measured = pid === undefined ? null : peakMemoryMiB(pid);
    if (measured === null) b.note(`This system does not tell the resident memory of the ${name}.`);
    else
      b.row({
        claim: `… peak resident memory of the ${name}`,
        measured,
        unit: 'MiB',
        goal: { atMost: 400 },
      });
  }
}
