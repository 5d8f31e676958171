export * from './activations.js';
export * from './assert-network.js';
export * from './checkpoint.js';
export * from './checkpoint-error.js';
export * from './forward.js';
export * from './network.js';
export { sizeOf } from './operation-fields.js';
export * from './parameters.js';
export * from './shapes.js';
export type { Shape } from './spatial-shapes.js';
export {
  fromLayersModel,
  type ImportedNetwork,
  type LayersModelArtifacts,
} from './tf-layers/from-layers-model.js';
export { type ModelJson, modelJson, readModelJson } from './tf-layers/model-json.js';
export { type LayersModel, toLayersModel, type WeightSpec } from './tf-layers/to-layers-model.js';
export * from './vocabulary.js';
