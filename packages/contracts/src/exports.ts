import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { projectId, roundId } from './ids.js';

/** What a project is exported as; docs/exports.md describes each. */
export const exportFormats = ['jsonl', 'csv', 'label-studio', 'hf-imagefolder', 'npy'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export const createExport = endpoint({
  name: 'createExport',
  method: 'GET',
  path: '/v1/projects/:projectId/exports',
  tag: 'Exports',
  access: { atLeast: 'reviewer' },
  scope: 'projects:read',
  status: 200,
  summary: 'Stream items, labels and annotations of one snapshot',
  params: z.object({ projectId }),
  query: z.object({
    format: z
      .enum(exportFormats)
      .default('jsonl')
      .describe(
        'jsonl, csv, label-studio: every item; hf-imagefolder: a ZIP of the labeled images; npy: a ZIP of vectors.npy and labels.csv',
      ),
  }),
  streams: ['application/x-ndjson', 'text/csv', 'application/json', 'application/zip'],
});

export const getModel = endpoint({
  name: 'getModel',
  method: 'GET',
  path: '/v1/projects/:projectId/model',
  tag: 'Exports',
  access: { atLeast: 'engineer' },
  scope: 'projects:read',
  status: 200,
  summary:
    'The model that serves now, as a ZIP: model.json and weights.bin of TensorFlow.js layers, tangent.json with the order of the classes and how items become inputs, and the backbone if there is one',
  params: z.object({ projectId }),
  streams: 'application/zip',
});

export const getRoundReport = endpoint({
  name: 'getRoundReport',
  method: 'GET',
  path: '/v1/rounds/:roundId/report',
  tag: 'Exports',
  access: { atLeast: 'engineer' },
  scope: 'projects:read',
  status: 200,
  summary:
    'The whole record of a round as one JSON file: configuration, metrics, timings, model, learning curve, shards, all scores and the ranking',
  params: z.object({ roundId }),
  streams: 'application/json',
});
