// The door to ONNX files for packages that may not know ONNX Runtime.
export {
  describeOnnxModel,
  type ModelInput,
  type OnnxDescription,
  OnnxModel,
  OnnxModelError,
  type OnnxModelOptions,
} from '@tangent/tfjs-onnxruntime';
