import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { ApiError, type Client } from '@tangent/client';
import { ZipFile } from 'yazl';
import type { Benchmark } from '../harness.js';
import { type Bench, importDemoPool, runRound } from './with-stack.js';

/** Bad input of six kinds: how many get their code, and whether anything was written. */
export async function measureBadInput(b: Benchmark, { client }: Bench): Promise<void> {
  const { projectId } = await importDemoPool(client);
  await runRound(client, projectId, 1);
  const params = { projectId };
  const { counts: before } = await client.getProject({ params });
  const text = await client.createProject({
    body: { name: 'text', type: 'text', classes: [{ key: 'a' }, { key: 'b' }] },
  });
  const short = await client.createProject({
    body: { name: 'short', type: 'text', classes: [{ key: 'a' }, { key: 'b' }], settings: { leaseMs: 1000 } },
  });
  await importText(client, short.id);
  const { items: leases } = await client.createLeases({
    params: { projectId: short.id },
    body: { count: 1 },
  });
  const { items } = await client.listItems({ params, query: { limit: 1, status: 'unlabeled' } });
  const itemId = items[0]!.id;

  const found = {
    'image-corrupt': await corruptImage(client, projectId),
    'wrong-columns': await codeOf(
      client.uploadImport({
        params: { projectId: text.id },
        file: new Blob(['colour,size\nred,1\n']),
        fileName: 'a.csv',
      }),
    ),
    'archive-unsafe': await codeOf(
      client.uploadImport({
        params,
        file: await zipOf([['a/bomb.png', Buffer.alloc(50_000_000)]]),
        fileName: 'bomb.zip',
      }),
    ),
    'unknown-class': await codeOf(
      client.createAnnotation({ params: { itemId }, body: { classKey: 'eleven' } }),
    ),
    'lease-not-yours': await codeOf(
      client.createAnnotation({ params: { itemId }, body: { leaseId: leases[0]!.leaseId, classKey: '1' } }),
    ),
    'lease-expired': await expiredLease(client, leases[0]!),
  };
  const right = Object.entries(found).filter(([wanted, code]) => wanted === code).length;
  b.row({
    claim: 'bad inputs of six kinds answered with their own code',
    measured: right,
    unit: 'of 6',
    goal: { atLeast: 6 },
  });
  const { counts: after } = await client.getProject({ params });
  b.row({
    claim: 'items or labels written by them',
    measured: Math.abs(after.items - before.items) + Math.abs(after.labeled - before.labeled),
    unit: 'rows',
    goal: { atMost: 0 },
  });
  b.detail('bad input: wanted code → found', found);
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'accepted';
  } catch (error) {
    if (error instanceof ApiError) return error.problem.code;
    throw error;
  }
}

/** A picture cut off in the middle: the row is refused, and the import says so. */
async function corruptImage(client: Client, projectId: string): Promise<string> {
  const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(200)]);
  const { id } = await client.uploadImport({
    params: { projectId },
    file: await zipOf([['1/broken.png', png]]),
    fileName: 'broken.zip',
  });
  const { errors } = await client.waitForOperation(id);
  return errors[0]?.code ?? 'accepted';
}

async function expiredLease(
  client: Client,
  lease: { leaseId: string; expiresAt: string; item: { id: string } },
): Promise<string> {
  const restMs = Date.parse(lease.expiresAt) - Date.now();
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, restMs) + 50));
  return codeOf(
    client.createAnnotation({
      params: { itemId: lease.item.id },
      body: { leaseId: lease.leaseId, classKey: 'a' },
    }),
  );
}

async function importText(client: Client, projectId: string): Promise<void> {
  const { id } = await client.uploadImport({
    params: { projectId },
    file: new Blob(['{"text":"one"}\n{"text":"two"}\n']),
    fileName: 'a.jsonl',
  });
  await client.waitForOperation(id);
}

async function zipOf(files: readonly (readonly [string, Buffer])[]): Promise<Blob> {
  const zip = new ZipFile();
  for (const [name, bytes] of files) zip.addBuffer(bytes, name);
  zip.end();
  return new Blob([await buffer(zip.outputStream)]);
}
