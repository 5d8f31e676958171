import { z } from 'zod';
import { role } from './accounts.js';
import { endpoint } from './endpoint.js';
import { idSchema, projectId } from './ids.js';
import { classKey, page, pageQuery, timestamp } from './primitives.js';

export const projectTypes = ['image', 'text', 'vector'] as const;
export type ProjectType = (typeof projectTypes)[number];

/** In the order of the registry of packages/acquisition, the default first. */
export const strategyNames = [
  'lookahead',
  'mlmoc',
  'emoc',
  'eer',
  'vtl',
  'bait',
  'label-flips',
  'lookahead-infinite-ntk',
  'lookahead-one-step',
  'lookahead-retrain',
  'random',
  'entropy',
  'least-confidence',
  'margin',
  'badge',
  'coreset',
  'bald',
  'lcmd',
  'typiclust',
] as const;
export type StrategyName = (typeof strategyNames)[number];
export const strategyName = z.enum(strategyNames);
/** Those that need no model: what a round can go by while labels are of fewer than two classes. */
export const coldStrategyNames: readonly StrategyName[] = ['random', 'typiclust'];

/** The kernel under the look-ahead; see docs/maths. */
export const kernelConfig = z.object({
  type: z
    .enum(['trace', 'pntk-sum', 'pntk-first', 'pntk-sign', 'entk', 'last-layer'])
    .default('trace')
    .describe('entk: exact in k×k blocks, for small pools'),
  balanced: z.boolean().default(true).describe('Each layer divided by its mean trace over the pool'),
  features: z
    .enum(['auto', 'exact', 'sketch'])
    .default('auto')
    .describe('auto: exact for small pools of small gradients, sketched above'),
  dimension: z.number().int().min(64).max(8192).default(2048).describe('Features of the sketch'),
  sketchMethod: z
    .enum(['product', 'kronecker'])
    .nullable()
    .default(null)
    .describe('null: kronecker for layers of many positions, such as convolutions, else product'),
  sketchDistribution: z.enum(['rademacher', 'gaussian']).default('rademacher'),
  signDraws: z.number().int().min(1).max(32).default(1).describe('pntk-sign: draws that are averaged'),
});
export type KernelConfig = z.infer<typeof kernelConfig>;

/** How far images are moved at random in every step of training. */
export const augmentationConfig = z.object({
  shift: z
    .number()
    .min(0)
    .max(0.5)
    .default(0.07)
    .describe('Along each axis, at most, as a share of the side'),
  rotation: z.number().min(0).max(180).default(12).describe('Degrees either way, at most'),
  scale: z.number().min(0).max(1).default(0.1).describe('0.1: up to a tenth larger or smaller'),
  mirror: z
    .boolean()
    .default(false)
    .describe('Left and right swapped in half of them; not for digits and letters'),
});

/** The classifier that every round trains; what belongs to one kind only is passed over by the others. */
export const modelConfig = z.object({
  kind: z.enum(['linear', 'mlp', 'cnn', 'wide-resnet', 'resnet18', 'imported']).default('mlp'),
  hidden: z
    .array(z.number().int().min(4).max(2048))
    .min(1)
    .max(4)
    .default([256])
    .describe('mlp: units of the hidden layers'),
  width: z
    .number()
    .int()
    .min(1)
    .max(8)
    .default(1)
    .describe('cnn, wide-resnet, resnet18: factor on the channels'),
  blocksPerLayer: z.number().int().min(1).max(2).default(1).describe('wide-resnet'),
  imageSize: z
    .number()
    .int()
    .min(8)
    .max(128)
    .nullable()
    .default(null)
    .describe(
      'Side that images are brought to; null: images of one size up to 64 × 64 stay as they are, others are shrunk to 32 × 32. An imported network, and a backbone that says so, have them in their own size',
    ),
  networkId: idSchema('network').nullable().default(null).describe('imported: what POST …/networks answered'),
  tunes: z
    .enum(['all', 'head'])
    .default('all')
    .describe(
      'imported: which layers are trained, all or the last one only; the gradients of the others are in the kernel either way, so that it stands for tuning them (linearised fine-tuning)',
    ),
  headSteps: z
    .union([z.literal('auto'), z.number().int().min(0).max(5000)])
    .default(0)
    .describe(
      'imported: steps of the last layer alone before all are trained; auto: of 0, 5, 20, 80 and 320 those that serve held-back labels best, with 50 labels or more. The longer, the less the other layers move',
    ),
  steps: z.number().int().min(1).max(5000).default(150),
  learningRate: z.number().positive().max(1).default(1e-3),
  batchSize: z.number().int().min(1).max(4096).default(256),
  optimizer: z.enum(['adam', 'sgd']).default('adam'),
  weightDecay: z.number().min(0).max(1).default(0),
  dropout: z
    .number()
    .min(0)
    .max(0.9)
    .default(0)
    .describe('Share of the hidden activations dropped in training, of mlp and cnn'),
  labelSmoothing: z.number().min(0).max(0.5).default(0),
  loss: z
    .enum(['squared', 'cross-entropy'])
    .default('squared')
    .describe('Live updates are exact for squared; under cross-entropy they run on probabilities'),
  warmStart: z.boolean().default(false).describe('Go on from the model of the round before'),
  earlyStopping: z
    .boolean()
    .default(false)
    .describe('Stop when a tenth of the labels, held back, no longer gains; with 50 labels or more'),
  augmentation: augmentationConfig
    .nullable()
    .default(augmentationConfig.parse({}))
    .describe(
      'Of images, where the network reads them as images (cnn, wide-resnet, resnet18, imported); null: none',
    ),
});
export type ModelConfig = z.infer<typeof modelConfig>;
/** As rounds have kept it: those from before augmentation trained without. */
export const storedModelConfig = modelConfig.extend({
  augmentation: augmentationConfig.nullable().default(null),
});

const gramLength = z.number().int().min(1).max(16);
const longestPhrase = z.number().int().min(1).max(4);
const components = z.number().int().min(8).max(512).nullable();
/** How texts become vectors: words, hashed and weighted by their rarity, in the leading directions of the pool. */
export const textConfig = z.object({
  buckets: z.number().int().min(1024).max(65_536).default(8192).describe('What words are hashed into'),
  longestPhrase: longestPhrase.default(1).describe('Runs of up to so many words count beside the words'),
  characters: z
    .tuple([gramLength, gramLength])
    .refine(([shortest, longest]) => shortest <= longest, 'must be [shortest, longest]')
    .nullable()
    .default(null)
    .describe('Runs of so many characters within words count too, [3, 5] say; null: none'),
  components: components
    .default(128)
    .describe(
      'Length of the vectors, by latent semantic analysis of the pool; null: a number for each bucket',
    ),
});
export type TextConfig = z.infer<typeof textConfig>;
/** As rounds have kept it: what one from before a setting does not name is what was done then. */
export const storedTextConfig = textConfig
  .extend({ longestPhrase: longestPhrase.default(2), components: components.default(null) })
  .prefault({ buckets: 4096 });

const extent = z.number().int().min(1).max(1024);
const perChannel = z.array(z.number()).min(1).max(4096);
/** A network that turns images or vectors into the inputs of the classifier, and is not trained itself. */
export const backboneConfig = z.object({
  networkId: idSchema('network').describe('An ONNX file: what POST …/networks answered'),
  inputShape: z
    .tuple([extent, extent, extent])
    .nullable()
    .default(null)
    .describe(
      '[height, width, channels] that images are brought to, or vectors read as; null: as the file says',
    ),
  layout: z
    .enum(['nhwc', 'nchw'])
    .nullable()
    .default(null)
    .describe('Order of the axes that the file reads; null: the one that its input’s shape says, else nchw'),
  output: z
    .string()
    .min(1)
    .max(500)
    .nullable()
    .default(null)
    .describe('Value of the network that is taken; null: what its last product with weights reads'),
  scale: z
    .object({ mean: perChannel, deviation: z.array(z.number().positive()).min(1).max(4096) })
    .refine(({ mean, deviation }) => mean.length === deviation.length, 'needs a deviation for each mean')
    .nullable()
    .default(null)
    .describe(
      'Inputs become (x − mean) / deviation, one of each a channel or one for all; null: pixels from 0 to 1, vectors as they are',
    ),
});
export type BackboneConfig = z.infer<typeof backboneConfig>;

export const requeuePolicy = z.object({
  skipped: z
    .enum(['never', 'others', 'last'])
    .default('never')
    .describe(
      'Items skipped as unsure or other. others: one more annotator is asked for each such answer, two more at most; last: whoever skipped it is asked once more when nothing else is left',
    ),
  flagged: z
    .enum(['never', 'others'])
    .default('never')
    .describe(
      'Items with a flagged answer. others: one more annotator is asked for each, two more at most; flagged answers decide only where no other names a class',
    ),
});
export type RequeuePolicy = z.infer<typeof requeuePolicy>;

export const projectSettings = z.object({
  overlap: z.number().int().min(1).max(10).default(1).describe('Annotations required per item'),
  leaseMs: z.number().int().min(1_000).max(3_600_000).default(300_000),
  model: modelConfig.prefault({}),
  text: textConfig.prefault({}).describe('Text projects'),
  backbone: backboneConfig.nullable().default(null).describe('Image and vector projects'),
  strategy: strategyName.default('lookahead'),
  batchSize: z.number().int().min(1).max(1000).default(20),
  kernel: kernelConfig.prefault({}),
  trigger: z
    .object({
      everyLabels: z
        .number()
        .int()
        .min(1)
        .max(100_000)
        .nullable()
        .default(20)
        .describe('A new round after so many labels; null: not by labels'),
      everyMs: z
        .number()
        .int()
        .min(10_000)
        .max(30 * 86_400_000)
        .nullable()
        .default(null)
        .describe(
          'A new round once the last one began so long ago and labels have come since; a burst of them is waited for, up to a minute. null: not by age; both null: only on request',
        ),
    })
    .prefault({}),
  requeue: requeuePolicy
    .prefault({})
    .describe('What becomes of items that an answer has not settled; decided anew with each answer'),
  relevance: z
    .boolean()
    .default(true)
    .describe('Items like those rejected as not relevant count less in what a look-ahead watches'),
  blind: z
    .boolean()
    .default(false)
    .describe(
      'Hide predictions, scores and reasons from annotators; reviewers, engineers and admins see them',
    ),
  instructions: z.string().max(20_000).default(''),
  controlArm: z
    .number()
    .min(0)
    .max(0.5)
    .default(0)
    .describe('Share of random items among those handed out, for the control arm of the curve'),
  goldShare: z
    .number()
    .min(0)
    .max(0.5)
    .default(0)
    .describe(
      'Share of gold items among those handed out; annotators are not told, and their answers do not change its label. Only while an ordinary item is left',
    ),
  holdoutShare: z
    .number()
    .min(0)
    .max(0.9)
    .default(0)
    .describe(
      'Share of the labeled rows of imports that is held out, drawn by their content: the same content always. What a row says by itself comes first',
    ),
});
export type ProjectSettings = z.infer<typeof projectSettings>;

export const projectClass = z.object({
  key: classKey,
  name: z.string().trim().min(1).max(200),
  hotkey: z.string().min(1).max(20).nullable(),
});
export type ProjectClass = z.infer<typeof projectClass>;

export const projectCounts = z.object({
  items: z.number().int(),
  labeled: z.number().int(),
  unlabeled: z.number().int(),
  skipped: z.number().int(),
  leased: z.number().int(),
  holdout: z.number().int(),
});

export const project = z.object({
  id: projectId,
  name: z.string(),
  type: z.enum(projectTypes),
  classes: z.array(projectClass),
  settings: projectSettings,
  counts: projectCounts,
  role: role.describe('Your role in it'),
  createdAt: timestamp,
  workers: z
    .object({ numAlive: z.number().int() })
    .describe('Workers with a heartbeat in the last 15 seconds'),
});
export type Project = z.infer<typeof project>;

const inputClass = z.object({
  key: classKey,
  name: z.string().trim().min(1).max(200).optional(),
  hotkey: z.string().min(1).max(20).nullish(),
});

export const createProject = endpoint({
  name: 'createProject',
  method: 'POST',
  path: '/v1/projects',
  tag: 'Projects',
  access: 'user',
  scope: 'projects:write',
  status: 201,
  summary: 'Create a project; you become its admin',
  body: z.object({
    name: z.string().trim().min(1).max(200),
    type: z.enum(projectTypes),
    classes: z.array(inputClass).min(2).max(1000),
    settings: projectSettings.prefault({}),
  }),
  response: project,
});
export const listProjects = endpoint({
  name: 'listProjects',
  method: 'GET',
  path: '/v1/projects',
  tag: 'Projects',
  access: 'user',
  scope: 'projects:read',
  status: 200,
  summary: 'The projects that you are a member of (admins: all)',
  query: pageQuery,
  response: page(project),
});
export const getProject = endpoint({
  name: 'getProject',
  method: 'GET',
  path: '/v1/projects/:projectId',
  tag: 'Projects',
  access: { atLeast: 'annotator' },
  scope: 'projects:read',
  status: 200,
  summary: 'A project with its settings and counts; its ETag is the version of the settings',
  params: z.object({ projectId }),
  response: project,
});
export const updateProject = endpoint({
  name: 'updateProject',
  method: 'PATCH',
  path: '/v1/projects/:projectId',
  tag: 'Projects',
  access: { atLeast: 'engineer' },
  scope: 'projects:write',
  status: 200,
  summary: 'Change the name or settings; If-Match guards against overwriting somebody else’s change',
  params: z.object({ projectId }),
  body: z.object({
    name: z.string().trim().min(1).max(200).optional(),
    settings: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('The settings to change; the others stay'),
  }),
  response: project,
});
export const deleteProject = endpoint({
  name: 'deleteProject',
  method: 'DELETE',
  path: '/v1/projects/:projectId',
  tag: 'Projects',
  access: { atLeast: 'admin' },
  scope: 'projects:write',
  status: 204,
  summary: 'Put the project away: it disappears from the lists, its data stays in the database',
  params: z.object({ projectId }),
});
