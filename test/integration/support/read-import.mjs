// node read-import.mjs SMALL LARGE FORMAT TYPE: reads the rows of both files as a worker does, and tells on stdout how many
// the large one has, and by how many bytes its reading raised the resident memory above what reading the small one took.
import { readRows } from '@tangent/importing';

const [small, large, format, type] = process.argv.slice(2);

async function read(path) {
  let numRows = 0;
  let peakBytes = 0;
  for await (const rows of readRows({ path, format, target: { type, classKeys: ['a', 'b'] } })) {
    for (const row of rows) {
      if (row.kind === 'error') throw new Error(JSON.stringify(row.error));
      numRows++;
    }
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  }
  return { numRows, peakBytes };
}

const before = await read(small);
const { numRows, peakBytes } = await read(large);
console.log(JSON.stringify({ numRows, raisedBytes: Math.max(0, peakBytes - before.peakBytes) }));
