import { expect, test } from 'vitest';
import { readAll, refusal, textTarget, useFolder, vectorTarget } from './testing/files.js';

const folder = useFolder();

interface Parts {
  readonly descr?: string;
  readonly order?: string;
  readonly shape?: string;
  readonly version?: number;
}

/** A file as numpy.save writes it: the header is padded so that the numbers begin at a multiple of 64. */
function npy(
  numbers: Float32Array | Float64Array,
  { descr = "'<f4'", order = 'False', shape = '(2, 3)', version = 1 }: Parts = {},
): Buffer {
  const lengthBytes = version === 1 ? 2 : 4;
  const text = `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`;
  const whole = Math.ceil((8 + lengthBytes + text.length + 1) / 64) * 64;
  const header = `${text.padEnd(whole - 8 - lengthBytes - 1)}\n`;
  const start = Buffer.alloc(8 + lengthBytes);
  start.write('\x93NUMPY', 'latin1');
  start[6] = version;
  start.writeUIntLE(header.length, 8, lengthBytes);
  return Buffer.concat([
    start,
    Buffer.from(header, 'latin1'),
    Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength),
  ]);
}
const source = async (content: Uint8Array, target = vectorTarget) => ({
  path: await folder.write(content),
  format: 'npy' as const,
  target,
});
const six = Float32Array.of(1, 2, 3, 4, 5, 6.5);

test.each([1, 2, 3])('a float32 matrix in a file of version %i: a row is a vector', async (version) => {
  const { rows, errors } = await readAll(await source(npy(six, { version })));
  expect(errors).toEqual([]);
  expect(rows.map(({ record, row }) => [record, row.vector])).toEqual([
    [1, [1, 2, 3]],
    [2, [4, 5, 6.5]],
  ]);
});

test('float64 is taken, rows cross the parts that are read, and what is no float32 is told by its row', async () => {
  const [numRows, numColumns] = [50, 5000];
  const numbers = Float64Array.from({ length: numRows * numColumns }, (_, i) => i / 8);
  numbers[3 * numColumns + 7] = 1e300;
  numbers[4 * numColumns] = Number.NaN;
  const { rows, errors } = await readAll(
    await source(npy(numbers, { descr: "'<f8'", shape: `(${numRows}, ${numColumns})` })),
  );
  expect(errors.map(({ record, code, detail }) => [record, code, detail])).toEqual([
    [4, 'vector-invalid', 'vector.7: 1e+300 is no finite float32.'],
    [5, 'vector-invalid', 'vector.0: NaN is no finite float32.'],
  ]);
  expect(rows).toHaveLength(numRows - 2);
  for (const { record, row } of rows)
    expect(row.vector).toEqual(
      Array.from(numbers.subarray((record! - 1) * numColumns, record! * numColumns)),
    );
});

test.each<[string, Buffer, string, RegExp]>([
  ['integers', npy(six, { descr: "'<i8'" }), 'unsupported-format', /'<i8'; convert them by x.astype/],
  ['big endian', npy(six, { descr: "'>f4'" }), 'unsupported-format', /'>f4'/],
  ['a name that objects inherit', npy(six, { descr: "'__proto__'" }), 'unsupported-format', /'__proto__'/],
  ['fields', npy(six, { descr: "[('x', '<f4')]" }), 'unsupported-format', /several fields/],
  ['Fortran order', npy(six, { order: 'True' }), 'unsupported-format', /ascontiguousarray/],
  ['one dimension', npy(six, { shape: '(6,)' }), 'unsupported-format', /shape is \(6\).*reshape/],
  ['three dimensions', npy(six, { shape: '(1, 2, 3)' }), 'unsupported-format', /\(1, 2, 3\)/],
  ['no rows', npy(new Float32Array(), { shape: '(0, 3)' }), 'malformed-body', /no rows/],
  ['no columns', npy(new Float32Array(), { shape: '(3, 0)' }), 'wrong-columns', /0 numbers/],
  ['a cut', npy(six).subarray(0, -5), 'malformed-body', /2 × 3 needs .* cut off/],
  ['a cut header', npy(six).subarray(0, 40), 'malformed-body', /within its header/],
  ['a shape that cannot be', npy(six, { shape: '(1e9, 3)' }), 'malformed-body', /header .* cannot be read/],
  ['another file', Buffer.from('v0,v1\n1,2\n'), 'unsupported-format', /does not begin as/],
])('%s is refused with the way out', async (_, content, code, detail) => {
  const error = await refusal(await source(content));
  expect([error.code, error.message]).toEqual([code, expect.stringMatching(detail)]);
});

test('vectors of another length than the project’s, and a project of texts, are refused', async () => {
  const wrong = await refusal(await source(npy(six), { ...vectorTarget, vectorLength: 4 }));
  expect([wrong.code, wrong.message]).toEqual(['wrong-columns', expect.stringContaining('here 4')]);
  expect((await refusal(await source(npy(six), textTarget))).code).toBe('unsupported-format');
});
