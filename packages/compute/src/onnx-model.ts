// The door to ONNX files for packages that may not know ONNX Runtime.
export { type ModelInput, OnnxModel, OnnxModelError, type OnnxModelOptions } from '@tangent/tfjs-onnxruntime';
