export {
  closeTracing,
  type OpenSpan,
  openSpan,
  type SpanOptions,
  startTracing,
  traceparent,
  withSpan,
} from './tracing.js';
