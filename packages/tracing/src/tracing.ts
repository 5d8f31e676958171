import { isTracingOn } from './settings.js';

type Attributes = Readonly<Record<string, string | number>>;

/** Attributes name things by their ids: nothing that people wrote, no addresses, no secrets. */
export interface SpanOptions {
  readonly kind?: 'server' | 'consumer' | 'client';
  readonly attributes?: Attributes;
  /** As W3C writes it, of the span that caused this one; default: the one that runs, if any. */
  readonly parent?: string | undefined;
}

/** A span that does not end with one call. */
export interface OpenSpan {
  /** What `work` starts, and what it awaits, belongs below the span. */
  within<T>(work: () => T): T;
  end(outcome?: {
    readonly name?: string;
    readonly attributes?: Attributes;
    readonly hasFailed?: boolean;
  }): void;
}

/** What the OpenTelemetry SDK does here; there once it is loaded. */
export interface Tracer {
  open(name: string, options: SpanOptions): OpenSpan;
  traceparent(): string | undefined;
  close(timeoutMs: number): Promise<void>;
}

let tracer: Tracer | undefined;

/**
 * Turns tracing on for the whole process where the environment names a collector (OTEL_EXPORTER_OTLP_ENDPOINT). Without
 * one the SDK of OpenTelemetry is not loaded, and a span costs a comparison. Throws an Error that names a wrong variable.
 */
export async function startTracing({
  serviceName,
  log,
  env = process.env,
}: {
  /** Unless OTEL_SERVICE_NAME says another. */
  readonly serviceName: string;
  /** What the SDK has to say: that the collector cannot be reached. */
  readonly log: (line: string) => void;
  readonly env?: NodeJS.ProcessEnv;
}): Promise<void> {
  if (!isTracingOn(env)) return;
  const { openTracer } = await import('./otlp.js');
  tracer = openTracer({ serviceName, log });
}

/** Sends what waits, as far as that takes no longer; never rejects. */
export async function closeTracing(timeoutMs: number): Promise<void> {
  const closing = tracer;
  tracer = undefined;
  await closing?.close(timeoutMs);
}

/** Undefined while tracing is off. */
export const openSpan = (name: string, options: SpanOptions = {}): OpenSpan | undefined =>
  tracer?.open(name, options);

/** Runs `work` in a span, which carries the code or class of an error and not its message: that may quote data. */
export async function withSpan<T>(name: string, options: SpanOptions, work: () => Promise<T>): Promise<T> {
  const span = openSpan(name, options);
  if (!span) return work();
  try {
    const result = await span.within(work);
    span.end();
    return result;
  } catch (error) {
    span.end({ hasFailed: true, attributes: { 'error.type': typeOf(error) } });
    throw error;
  }
}

function typeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code === 'string') return code;
  return error instanceof Error ? error.name : 'unknown';
}

/** The span that runs, as it is handed to another process; undefined where there is none. */
export const traceparent = (): string | undefined => tracer?.traceparent();
