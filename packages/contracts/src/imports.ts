import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { idSchema, projectId } from './ids.js';
import { classKey, isDeeperThan, mostLevels, timestamp } from './primitives.js';

/** Formats of a file; the README of packages/importing says what each may hold. */
export const importFormats = ['jsonl', 'json', 'csv', 'zip', 'label-studio', 'doccano', 'npy'] as const;
/** What an import reads: a file of a format, or a folder of images on the server. */
export type ImportFormat = (typeof importFormats)[number] | 'folder';

/** One row of a JSONL import, and of the `metadata.jsonl` of a ZIP. */
export const importRow = z.strictObject({
  id: z
    .union([z.string().min(1).max(500), z.number()])
    .transform(String)
    .optional(),
  text: z.string().min(1).max(1_000_000).optional(),
  image: z.string().max(20_000_000).optional().describe('The image as base64 or a data: URL'),
  vector: z.array(z.number()).min(1).max(65_536).optional(),
  file_name: z
    .string()
    .max(1000)
    .optional()
    .describe('In the metadata.jsonl of a ZIP: the image’s path in the archive'),
  label: classKey.optional(),
  holdout: z
    .boolean()
    .optional()
    .describe(
      'true: never trained on, makes the learning curve; needs a label. Left out: by the project’s holdoutShare',
    ),
  gold: z
    .boolean()
    .optional()
    .describe(
      'true: annotators get it now and then without being told, and are measured by its label; needs one. See goldShare',
    ),
  data: z
    .record(z.string(), z.unknown())
    .refine((data) => !isDeeperThan(mostLevels, data), `must not be nested deeper than ${mostLevels} levels`)
    .default({}),
});
export type ImportRow = z.infer<typeof importRow>;

export const rowError = z.object({
  line: z.number().int().optional().describe('Of a text file, from 1'),
  record: z
    .number()
    .int()
    .optional()
    .describe('Where there are no lines: the element of a JSON array, or the row of a matrix, from 1'),
  file: z.string().optional().describe('In an archive or a folder'),
  code: z.string(),
  detail: z.string(),
});
export type RowError = z.infer<typeof rowError>;

export const operation = z.object({
  id: idSchema('operation'),
  kind: z.enum(['import']),
  status: z.enum(['running', 'done', 'failed']),
  projectId,
  counts: z.object({
    read: z.number().int(),
    created: z.number().int(),
    duplicates: z.number().int(),
    failed: z.number().int(),
  }),
  errors: z.array(rowError).describe('The first 1,000; counts.failed counts them all'),
  isDryRun: z.boolean(),
  createdAt: timestamp,
  finishedAt: timestamp.nullable(),
});
export type Operation = z.infer<typeof operation>;

export const createImport = endpoint({
  name: 'createImport',
  method: 'POST',
  path: '/v1/projects/:projectId/imports',
  tag: 'Imports',
  access: { atLeast: 'engineer' },
  scope: 'projects:write',
  status: 202,
  multipart: true,
  summary:
    'Import a file (multipart field `file`), or a file or a folder of images on the server (JSON); poll the operation',
  params: z.object({ projectId }),
  body: z.object({
    source: z.object({
      path: z
        .string()
        .min(1)
        .max(4000)
        .describe('Below the folder that TANGENT_IMPORT_ROOT names; relative to it, or absolute'),
    }),
  }),
  query: z.object({
    format: z
      .enum(importFormats)
      .optional()
      .describe('Else found out by the content, and by the file’s name'),
    dryRun: z
      .enum(['true', 'false'])
      .default('false')
      .transform((v) => v === 'true'),
  }),
  response: operation,
});
export const cancelOperation = endpoint({
  name: 'cancelOperation',
  method: 'POST',
  path: '/v1/operations/:operationId/cancel',
  tag: 'Imports',
  access: { atLeast: 'engineer' },
  scope: 'projects:write',
  status: 200,
  summary: 'Stop an import after the batch that is under way; the items that it has made stay',
  params: z.object({ operationId: idSchema('operation') }),
  response: operation,
});
export const getOperation = endpoint({
  name: 'getOperation',
  method: 'GET',
  path: '/v1/operations/:operationId',
  tag: 'Imports',
  access: { atLeast: 'annotator' },
  scope: 'projects:read',
  status: 200,
  summary: 'How far a long operation is',
  params: z.object({ operationId: idSchema('operation') }),
  response: operation,
});
