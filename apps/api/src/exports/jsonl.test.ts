import type { ExportRow, ProjectExport } from '@tangent/database';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonl } from './jsonl.js';

const base: ExportRow = {
  id: 'itm_1',
  ordinal: 0,
  externalId: null,
  text: null,
  vector: null,
  mediaSha256: null,
  dataJson: '{}',
  isHoldout: false,
  isGold: false,
  status: 'unlabeled',
  label: null,
  labelSource: null,
  createdAt: '2026-01-31T12:00:00.000Z',
  annotations: [],
};
const annotation = {
  id: 'ann_1',
  annotatorId: 'usr_1',
  classKey: 'a',
  skip: null,
  flag: false,
  activeMs: 5,
  wallMs: null,
  createdAt: base.createdAt,
};

async function linesOf(rows: readonly ExportRow[]): Promise<unknown[]> {
  async function* batches() {
    yield rows;
  }
  const source: ProjectExport = {
    project: { id: 'prj_1', name: 'p', type: 'text' },
    count: async () => ({ numItems: rows.length, vectorLength: 0 }),
    batches,
    close: async () => undefined,
  };
  let text = '';
  for await (const chunk of jsonl.write({ source, origin: '', blobs: {} as never }))
    text += Buffer.from(chunk).toString();
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

test('each line is JSON and says what the row says, whatever its texts hold', async () => {
  const text = fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\u2028', 'é', '\u{1f600}', ' ') });
  await fc.assert(
    fc.asyncProperty(text, text, fc.option(text), fc.dictionary(text, fc.jsonValue()), async (...given) => {
      const [externalId, content, label, data] = given;
      const labelSource = label === null ? null : 'annotation';
      const row = { ...base, externalId, text: content, label, labelSource, dataJson: JSON.stringify(data) };
      const annotated = { ...row, annotations: [{ ...annotation, annotatorEmail: 'someone@example.org' }] };
      const common = {
        itemId: 'itm_1',
        id: externalId,
        text: content,
        status: 'unlabeled',
        ...(label !== null && { label, labelSource }),
        holdout: false,
        gold: false,
        data: JSON.parse(JSON.stringify(data)),
        createdAt: base.createdAt,
      };
      // The e-mail of an annotator stays in the house.
      expect(await linesOf([row, annotated])).toEqual([
        { ...common, annotations: [] },
        { ...common, annotations: [annotation] },
      ]);
    }),
  );
});

test('a vector comes back bit for bit, and an image by its link', async () => {
  const vector = Float32Array.of(0.1, -1e-7, 3e38, 0, 16_777_216);
  const [withVector, withImage] = (await linesOf([
    { ...base, vector },
    { ...base, mediaSha256: 'f'.repeat(64) },
  ])) as { vector: number[] }[];
  expect(Float32Array.from(withVector!.vector)).toEqual(vector);
  expect(withImage).toMatchObject({ mediaUrl: '/v1/items/itm_1/media', mediaSha256: 'f'.repeat(64) });
});
