import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { idSchema, projectId } from './ids.js';
import { page, pageQuery, timestamp } from './primitives.js';

export const networkKinds = ['layers', 'onnx'] as const;
export type NetworkKind = (typeof networkKinds)[number];

/** A network that somebody brought, checked; immutable. */
export const importedNetwork = z.object({
  id: idSchema('network'),
  projectId,
  kind: z
    .enum(networkKinds)
    .describe(
      'layers: rounds train on from it (model.kind `imported`); onnx: a backbone, which stays as it is',
    ),
  name: z.string(),
  inputShape: z.array(z.number().int().nullable()).describe('Of one example; null: any extent'),
  numOutputs: z.number().int().nullable().describe('null: the file does not say'),
  numParameters: z.number().int(),
  numBytes: z.number().int().describe('Of what is stored'),
  layers: z.array(z.object({ name: z.string(), type: z.string(), outputShape: z.array(z.number().int()) })),
  notes: z
    .array(z.string())
    .describe(
      'onnx: what goes in and comes out; layers: what was changed, such as a softmax that was taken off',
    ),
  createdAt: timestamp,
});
export type ImportedNetwork = z.infer<typeof importedNetwork>;

export const createNetwork = endpoint({
  name: 'createNetwork',
  method: 'POST',
  path: '/v1/projects/:projectId/networks',
  tag: 'Networks',
  access: { atLeast: 'engineer' },
  scope: 'projects:write',
  status: 201,
  multipart: true,
  summary:
    'Import a network (multipart field `file`): a ZIP of model.json and weight files of TensorFlow.js layers to train on from, or an ONNX file as a backbone',
  params: z.object({ projectId }),
  response: importedNetwork,
});
export const listNetworks = endpoint({
  name: 'listNetworks',
  method: 'GET',
  path: '/v1/projects/:projectId/networks',
  tag: 'Networks',
  access: { atLeast: 'annotator' },
  scope: 'projects:read',
  status: 200,
  summary: 'The imported networks of a project, newest first',
  params: z.object({ projectId }),
  query: pageQuery,
  response: page(importedNetwork),
});
