import {
  context,
  DiagLogLevel,
  defaultTextMapGetter,
  defaultTextMapSetter,
  diag,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { OpenSpan, SpanOptions, Tracer } from './tracing.js';

// Loaded by startTracing, and only where a collector is named.

const kinds = { server: SpanKind.SERVER, consumer: SpanKind.CONSUMER, client: SpanKind.CLIENT };
const header = 'traceparent';

/**
 * Spans go to the collector in batches, beside the work. The queue before it is bounded (OTEL_BSP_MAX_QUEUE_SIZE): with
 * the collector away spans are dropped, and nothing waits.
 */
export function openTracer({
  serviceName,
  log,
}: {
  readonly serviceName: string;
  readonly log: (line: string) => void;
}): Tracer {
  const say = (message: string) => log(`OpenTelemetry: ${message.slice(0, 500)}`);
  diag.setLogger({ error: say, warn: say, info() {}, debug() {}, verbose() {} }, DiagLogLevel.WARN);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName, 'process.pid': process.pid }).merge(
      detectResources({ detectors: [envDetector] }),
    ),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const tracer = provider.getTracer('tangent');
  const w3c = new W3CTraceContextPropagator();

  return {
    open(name, { kind, attributes, parent }: SpanOptions): OpenSpan {
      const around = parent
        ? w3c.extract(ROOT_CONTEXT, { [header]: parent }, defaultTextMapGetter)
        : context.active();
      const span = tracer.startSpan(
        name,
        { ...(kind && { kind: kinds[kind] }), ...(attributes && { attributes }) },
        around,
      );
      const inside = trace.setSpan(around, span);
      return {
        within: (work) => context.with(inside, work),
        end({ name: lastName, attributes: more, hasFailed } = {}) {
          if (lastName) span.updateName(lastName);
          if (more) span.setAttributes(more);
          if (hasFailed) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    traceparent() {
      const carrier: Record<string, string> = {};
      w3c.inject(context.active(), carrier, defaultTextMapSetter);
      return carrier[header];
    },
    async close(timeoutMs) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, timeoutMs);
      });
      await Promise.race([provider.shutdown().catch((error) => say(String(error))), late]);
      clearTimeout(timer);
    },
  };
}
