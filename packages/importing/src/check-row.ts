import { type ImportRow, importRow, type ProjectType } from '@tangent/contracts';
import { type ImportTarget, type ReadRow, type RowPlace, rowError } from './source.js';

const contents = ['image', 'text', 'vector'] as const satisfies readonly ProjectType[];
const maxDataLength = 1_000_000;

/** Checks the rows of one file, in their order. */
export type RowCheck = (value: unknown, place: RowPlace, image?: Uint8Array) => ReadRow;

/** Turns what a file says into rows of the target, or into errors that name the field and the way out. */
export function rowCheck(target: ImportTarget): RowCheck {
  let vectorLength = target.vectorLength ?? undefined;
  return (value, place, image) => {
    const parsed = importRow.safeParse(value);
    if (!parsed.success) return rowError(place, ...shapeFault(parsed.error.issues[0]!));
    const row = parsed.data;
    const fault =
      contentFault(row, target, image !== undefined) ??
      labelFault(row, target) ??
      vectorFault(row, vectorLength) ??
      textFault(row);
    if (fault) return rowError(place, ...fault);
    vectorLength ??= row.vector?.length;
    if (target.type !== 'image') return { kind: 'row', row, ...place };
    const { image: base64, ...rest } = row;
    return { kind: 'row', row: rest, ...place, image: image ?? decodeBase64(base64!) };
  };
}

type Fault = readonly [code: string, detail: string] | undefined;

type Issue = NonNullable<ReturnType<typeof importRow.safeParse>['error']>['issues'][number];

function shapeFault(issue: Issue): readonly [code: string, detail: string] {
  if (issue.code === 'unrecognized_keys')
    return [
      'unknown-field',
      `${issue.keys.join(', ')}: unknown. A row may have id, text, image, vector, label, holdout, gold and data; put everything else into data.`,
    ];
  const field = issue.path.join('.');
  return ['row-invalid', field ? `${field}: ${issue.message}.` : `The row is no object: ${issue.message}.`];
}

/** Exactly the content of the project’s type; from an archive it is the file itself. */
function contentFault(row: ImportRow, { type }: ImportTarget, isFile: boolean): Fault {
  for (const name of contents)
    if (row[name] !== undefined && (name !== type || isFile))
      return [
        'unknown-field',
        `${name}: ${isFile ? 'the content of this row is the file in the archive' : `this project is of type ${type}`}; put it into data to keep it.`,
      ];
  if (row.file_name !== undefined && !isFile)
    return ['unknown-field', 'file_name: only the metadata of a ZIP names files; send the images as a ZIP.'];
  if (row[type] === undefined && !isFile)
    return ['content-missing', `A row of this project needs ${type}; this one has none.`];
  return undefined;
}

function labelFault(row: ImportRow, { classKeys }: ImportTarget): Fault {
  if (row.label !== undefined && !classKeys.includes(row.label)) {
    const known = classKeys.slice(0, 20).join(', ') + (classKeys.length > 20 ? ', …' : '');
    return ['unknown-class', `The project has no class “${row.label}”; it has ${known}.`];
  }
  if (row.holdout && row.label === undefined) return ['holdout-unlabeled', 'A held-out row needs a label.'];
  if (row.gold && row.label === undefined)
    return [
      'gold-unlabeled',
      'gold: a gold row needs a label, which answers are measured by. Give it its class, or leave gold out.',
    ];
  return undefined;
}

function vectorFault({ vector }: ImportRow, wanted: number | undefined): Fault {
  if (!vector) return undefined;
  if (wanted !== undefined && vector.length !== wanted)
    return [
      'vector-invalid',
      `The vector has ${vector.length} numbers; all vectors of a project are of one length, here ${wanted}.`,
    ];
  const at = vector.findIndex((v) => !Number.isFinite(Math.fround(v)));
  if (at >= 0) return ['vector-invalid', `vector.${at}: ${vector[at]} is no finite float32.`];
  return undefined;
}

/** Postgres holds neither NUL nor halves of surrogate pairs. */
function textFault({ id, text, data }: ImportRow): Fault {
  if (id !== undefined && !isStorable(id)) return notStorable('id');
  if (text !== undefined && !isStorable(text)) return notStorable('text');
  if (Object.keys(data).length === 0) return undefined;
  const json = JSON.stringify(data);
  if (json.length > maxDataLength)
    return ['row-invalid', `data: ${json.length} characters of JSON; ${maxDataLength} are allowed.`];
  // JSON.stringify escapes exactly these two so.
  return /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/.test(json) ? notStorable('data') : undefined;
}

const isStorable = (value: string) => !value.includes('\0') && !/\p{Surrogate}/u.test(value);

const notStorable = (field: string): Fault => [
  'row-invalid',
  `${field}: holds a NUL or half of a surrogate pair; remove it.`,
];

const decodeBase64 = (text: string) => Buffer.from(text.replace(/^data:[^,]*,/, ''), 'base64');
