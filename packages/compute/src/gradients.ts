// Imported for its effect: registers the gradients of tfjs-core's kernels, on every engine.
import '@tangent/tfjs-onnxruntime/gradients';
