import { importRow } from '@tangent/contracts';
import { type ImportTarget, type ReadRow, type RowPlace, rowError } from './source.js';

const content = { image: 'image', text: 'text', vector: 'vector' } as const;

/** Turns what a file says into a row of the target, or into an error that names the field and the way out. */
export function checkRow(value: unknown, place: RowPlace, target: ImportTarget, image?: Uint8Array): ReadRow {
  const parsed = importRow.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field =
      issue!.path.join('.') || (issue!.code === 'unrecognized_keys' ? issue!.keys.join(', ') : 'the row');
    return rowError(
      place,
      'row-invalid',
      `${field}: ${issue!.message}. Known fields: id, text, image, vector, label, holdout, data; put everything else into data.`,
    );
  }
  const row = parsed.data;
  const wanted = content[target.type];
  const hasContent =
    target.type === 'image' ? image !== undefined || row.image !== undefined : row[wanted] !== undefined;
  if (!hasContent)
    return rowError(place, 'content-missing', `A row of this project needs ${wanted}; this one has none.`);
  if (row.label !== undefined && !target.classKeys.includes(row.label))
    return rowError(place, 'unknown-class', unknownClass(row.label, target));
  if (row.holdout && row.label === undefined)
    return rowError(place, 'holdout-unlabeled', 'A held-out row needs a label.');
  if (row.vector?.some((v) => !Number.isFinite(v)))
    return rowError(place, 'vector-invalid', 'All numbers of a vector must be finite.');
  const bytes =
    image ??
    (row.image === undefined ? undefined : Buffer.from(row.image.replace(/^data:[^,]*,/, ''), 'base64'));
  return { kind: 'row', row, ...place, ...(target.type === 'image' && bytes ? { image: bytes } : {}) };
}

export function unknownClass(label: string, { classKeys }: ImportTarget): string {
  const known = classKeys.slice(0, 20).join(', ') + (classKeys.length > 20 ? ', …' : '');
  return `The project has no class “${label}”; it has ${known}.`;
}
