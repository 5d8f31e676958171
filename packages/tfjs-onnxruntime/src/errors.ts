/** A graph could not be compiled or run; the message names kernel, op, shapes and what the runtime said. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly code = 'graph-failed';
}

/** The execution provider that was asked for is not in this build or finds no device. */
export class ProviderUnavailableError extends Error {
  override readonly name = 'ProviderUnavailableError';
  readonly code = 'provider-unavailable';
}

/** A step cannot be captured, or is fed what it was not recorded with. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';
  readonly code = 'capture-failed';
}

/** An ONNX file that cannot be used; the message names what is wrong with it and the way out. */
export class OnnxModelError extends Error {
  override readonly name = 'OnnxModelError';
  readonly code = 'onnx-model-unsupported';
}
