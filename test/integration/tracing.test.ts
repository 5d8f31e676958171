import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createLine } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { login } from '@tangent/client';
import { afterEach, expect, test } from 'vitest';
import { startStack } from '../../scripts/lib/stack.mjs';
import { vectorProject } from './support/vectors.js';

// A collector of OTLP over HTTP, as JSON, in a few lines.

interface Span {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}
interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}
interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<Span, 'service' | 'attributes'> & {
        readonly attributes: readonly Attribute[];
      })[];
    }[];
  }[];
}

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const addressOf = (server: Pick<Server, 'address'>) =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const recordOf = (attributes: readonly Attribute[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

async function startCollector(): Promise<{ readonly url: string; readonly spans: Span[] }> {
  const spans: Span[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    expect(request.url).toBe('/v1/traces');
    const sent = JSON.parse(Buffer.concat(chunks).toString()) as Sent;
    for (const { resource, scopeSpans } of sent.resourceSpans)
      for (const span of scopeSpans.flatMap((scope) => scope.spans))
        spans.push({
          ...span,
          service: String(recordOf(resource.attributes)['service.name']),
          attributes: recordOf(span.attributes),
        });
    response.setHeader('content-type', 'application/json').end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(async () => server.close());
  return { url: addressOf(server), spans };
}

test.each(['redis', 'postgres'] as const)(
  'a request for a round and all of its jobs are one trace, sent before the programs stop (%s)',
  async (queue) => {
    const { url, spans } = await startCollector();
    // Nothing is sent before the end, unless there is much.
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_BSP_SCHEDULE_DELAY: '3600000' };
    const stack = await startStack({ queue, env });
    cleanups.push(stack.stop);
    const { client } = await login({ baseUrl: stack.apiUrl }, stack.admin.email, stack.admin.password);
    const { projectId } = await vectorProject(client);
    const round = await client.createRound({ params: { projectId }, body: { batchSize: 5 } });
    await client.waitForRound(round.id);
    await stack.stop();

    const request = spans.find(({ name }) => name === 'POST /v1/projects/:projectId/rounds')!;
    expect(request).toMatchObject({
      service: 'tangent-api',
      attributes: { 'http.response.status_code': 202, 'tangent.request_id': expect.stringMatching(/^req/) },
    });
    const inTrace = spans.filter(({ traceId }) => traceId === request.traceId);
    const jobs = inTrace.filter(({ attributes }) => attributes['tangent.round_id'] === round.id);
    const numOf = (wanted: string) => jobs.filter(({ name }) => name === wanted).length;
    expect(['train-model', 'reduce-features', 'select-batch'].map(numOf)).toEqual([1, 1, 1]);
    expect(numOf('score-shard')).toBeGreaterThan(1);
    expect(numOf('compute-features')).toBe(numOf('score-shard'));
    expect(new Set(jobs.map(({ service }) => service))).toEqual(new Set(['tangent-worker']));
    const ids = new Set(inTrace.map(({ spanId }) => spanId));
    const withoutParent = inTrace.filter(({ parentSpanId }) => !ids.has(parentSpanId ?? ''));
    expect(withoutParent).toEqual([request]);
    expect(inTrace.some(({ name, service }) => name === 'transaction' && service === 'tangent-api')).toBe(
      true,
    );

    const text = JSON.stringify(spans);
    for (const secret of [stack.admin.email, stack.admin.password, '"vectors"', '"c1"', 'rows.jsonl'])
      expect(text).not.toContain(secret);
  },
);

test('a collector that takes connections and never answers slows neither requests nor the end', async () => {
  const silent = createLine().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const lines = new Set<{ destroy(): void }>();
  silent.on('connection', (line) => lines.add(line.on('error', () => undefined)));
  cleanups.push(async () => {
    for (const line of lines) line.destroy();
    silent.close();
  });
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: addressOf(silent),
    OTEL_BSP_SCHEDULE_DELAY: '20',
    OTEL_BSP_MAX_QUEUE_SIZE: '16',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '8',
  };
  const stack = await startStack({ queue: 'postgres', numWorkers: 0, env });
  cleanups.push(stack.stop);
  for (let i = 0; i < 300; i++) expect((await fetch(`${stack.apiUrl}/healthz`)).status).toBe(200);
  expect(lines.size).toBeGreaterThan(0);
  const from = performance.now();
  await stack.api.kill('SIGTERM');
  expect(performance.now() - from).toBeLessThan(7000); // cut off after 8 s, and a collector may be slow for 10
});

// Its API, a few files, comes with prom-client.
test('the SDK of OpenTelemetry is loaded only where a collector is named', async () => {
  const program = `
    import { createRequire } from 'node:module';
    await import('@tangent/api'); await import('@tangent/queue');
    const { startTracing } = await import('../packages/tracing/dist/index.js');
    await startTracing({ serviceName: 'test', log() {} });
    const loaded = Object.keys(createRequire(import.meta.url).cache).filter((file) => /@opentelemetry.(sdk|otlp|exporter)/.test(file));
    console.log(loaded.length);
    process.exit(0);`;
  const numLoaded = async (env: Record<string, string>) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { PATH: process.env.PATH, ...env },
    });
    return Number(stdout);
  };
  expect(await numLoaded({})).toBe(0);
  expect(await numLoaded({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' })).toBeGreaterThan(10);
  await expect(numLoaded({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' })).rejects.toThrow(
    'OTEL_EXPORTER_OTLP_ENDPOINT is “collector”',
  );
});
