import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { idSchema, projectId } from './ids.js';
import { page, pageQuery, timestamp } from './primitives.js';

/** A network that somebody brought, checked and converted; immutable. Rounds train on from it: model kind `imported`. */
export const importedNetwork = z.object({
  id: idSchema('network'),
  projectId,
  name: z.string(),
  inputShape: z.array(z.number().int()),
  numOutputs: z.number().int(),
  numParameters: z.number().int(),
  layers: z.array(z.object({ name: z.string(), type: z.string(), outputShape: z.array(z.number().int()) })),
  notes: z.array(z.string()).describe('What was changed on the way, such as a softmax that was taken off'),
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
    'Import a TensorFlow.js layers model (multipart field `file`: a ZIP of model.json and its weight files) to train on from',
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
