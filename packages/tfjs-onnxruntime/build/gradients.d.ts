// Imported for its effect: registers the gradients of tfjs-core's kernels.
export {};
