import { type ExportFormat, TangentError } from '@tangent/contracts';
import type { ExportedProject } from '@tangent/database';
import { csv } from './csv.js';
import type { ExportFormatWriter } from './export-file.js';
import { imageFolder } from './image-folder.js';
import { jsonl } from './jsonl.js';
import { labelStudio } from './label-studio.js';
import { npy } from './npy.js';

const writers: Readonly<Record<ExportFormat, ExportFormatWriter>> = {
  jsonl,
  csv,
  'label-studio': labelStudio,
  'hf-imagefolder': imageFolder,
  npy,
};

/** Throws validation-failed where the project has not what the format holds. */
export function writerFor(format: ExportFormat, { type }: ExportedProject): ExportFormatWriter {
  const writer = writers[format];
  if (writer.types.includes(type)) return writer;
  const fitting = Object.entries(writers).filter(([, { types }]) => types.includes(type));
  throw new TangentError(
    'validation-failed',
    `The format ${format} is for projects of type ${writer.types.join(' or ')}, and this one is of type ${type}; choose ${fitting.map(([name]) => name).join(', ')}.`,
    { errors: [{ pointer: '/format', detail: `does not fit a project of type ${type}` }] },
  );
}
