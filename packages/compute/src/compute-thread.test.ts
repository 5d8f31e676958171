import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeThread, ComputeThreadEndedError, startComputeThread } from './compute-thread.js';
import { ComputeCancelledError } from './compute-thread-messages.js';
import type { handlers } from './testing/thread-fixture.js';

// Threads load JavaScript, so the fixture is bundled first; inside node_modules, where it finds the packages.
let folder: string;
let module: URL;
beforeAll(async () => {
  const source = fileURLToPath(new URL('.', import.meta.url));
  const modules = path.join(source, '../node_modules');
  mkdirSync(modules, { recursive: true });
  const outDir = mkdtempSync(path.join(modules, 'thread-fixture-'));
  folder = outDir;
  await build({
    configFile: false,
    logLevel: 'error',
    root: source,
    build: { ssr: path.join(source, 'testing/thread-fixture.ts'), outDir, target: 'node20' },
  });
  module = pathToFileURL(path.join(outDir, 'thread-fixture.js'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open: ComputeThread<typeof handlers>[] = [];
function start(options?: Parameters<typeof startComputeThread>[1]): ComputeThread<typeof handlers> {
  const thread = startComputeThread<typeof handlers>(module, options);
  open.push(thread);
  return thread;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((thread) => thread.close()));
});

describe('a compute thread', () => {
  it('runs tensors on an engine of its own', async () => {
    expect(await start().call('multiply', { a: [[1, 2]], b: [[3], [4]] })).toEqual([11]);
  });

  it('answers calls in their order', async () => {
    const thread = start();
    const answers = [1, 2, 3, 4].map(() => thread.call('countCalls', undefined));
    expect(await Promise.all(answers)).toEqual([1, 2, 3, 4]);
  });

  it('hands memory over in both directions where it is asked to, and copies otherwise', async () => {
    const thread = start();
    const values = new Float64Array([1, 2]);
    const { doubled } = await thread.call('double', values, { transfer: [values.buffer] });
    expect(doubled).toEqual(new Float64Array([2, 4]));
    expect(values).toHaveLength(0);
    expect(await thread.call('keptNumbers', undefined)).toEqual(new Float64Array([1, 2, 3]));
    expect(await thread.call('keptNumbers', undefined)).toEqual(new Float64Array([1, 2, 3]));
  });

  it('reports progress before the answer', async () => {
    const steps: string[] = [];
    const onProgress = (done: number, total: number) => steps.push(`${done}/${total}`);
    expect(await start().call('countSteps', 3, { onProgress })).toBe(3);
    expect(steps).toEqual(['1/3', '2/3', '3/3']);
  });

  it('stops when the caller aborts, and takes the next call', async () => {
    const thread = start();
    const aborting = new AbortController();
    const call = thread.call('untilCancelled', null, {
      signal: aborting.signal,
      onProgress: () => aborting.abort(),
    });
    await expect(call).rejects.toThrow(ComputeCancelledError);
    await expect(call).rejects.toMatchObject({ code: 'cancelled', callName: 'untilCancelled' });
    expect(await thread.call('countCalls', undefined)).toBe(1);
    await expect(thread.call('countCalls', undefined, { signal: aborting.signal })).rejects.toThrow(
      ComputeCancelledError,
    );
  });

  it('passes on what a handler threw, and takes the next call', async () => {
    const thread = start();
    await expect(thread.call('fail', undefined)).rejects.toMatchObject({
      name: 'Error',
      message: 'seven is odd',
      code: 'odd',
      stack: expect.stringContaining('thread-fixture'),
    });
    await expect(thread.call('answerWithFunction', undefined)).rejects.toThrow('could not be cloned');
    await expect(thread.call('toString' as 'fail', undefined)).rejects.toThrow('has no “toString”');
    expect(await thread.call('countCalls', undefined)).toBe(1);
  });

  it('that dies rejects the calls that wait, tells, and is started again by the next call', async () => {
    const ended: string[] = [];
    const thread = start({ onEnd: (error) => ended.push(error.message) });
    expect(await thread.call('countCalls', undefined)).toBe(1);
    const calls = [thread.call('exit', 3), thread.call('countCalls', undefined)];
    const message = 'the compute thread ended before it answered exit, countCalls: it exited with code 3';
    for (const call of calls) await expect(call).rejects.toThrow(message);
    expect(ended).toEqual([message]);
    expect(await thread.call('countCalls', undefined)).toBe(1);
    await expect(thread.call('reject', undefined)).rejects.toThrow('before it answered reject: lost its way');
    expect(ended).toHaveLength(2);
  });

  it('that cannot be prepared says why', async () => {
    const call = start({ workerData: { isBroken: true } }).call('countCalls', undefined);
    await expect(call).rejects.toThrow(
      'the compute thread ended before it answered countCalls: cannot prepare',
    );
  });

  it('that is closed rejects the calls that wait and those that come', async () => {
    const thread = start();
    const call = thread.call('untilCancelled', null, { onProgress: () => void thread.close() });
    await expect(call).rejects.toThrow(ComputeThreadEndedError);
    await expect(thread.call('countCalls', undefined)).rejects.toThrow('it was closed');
  });
});
