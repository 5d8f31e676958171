import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/** A row of the file, made from its number alone: nothing needs to be kept to compare with. */
export interface TextRow {
  readonly id: string;
  readonly text: string;
  readonly label?: string;
  readonly holdout?: boolean;
}

export const classKeys: readonly string[] = Array.from({ length: 10 }, (_, i) => `class ${i}`);

const words =
  'the of service was and to arrived late with broken handle please send another one never again great value for money quick delivery not what was ordered colour faded after first wash support answered within hour refund still missing works as described battery lasts all day'.split(
    ' ',
  );

/** Some 120 letters; every tenth row has a label, every hundredth is held out. */
export function textRow(number: number): TextRow {
  let state = (Math.imul(number, 2654435761) ^ 0x9e3779b9) >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
  const text = Array.from({ length: 20 }, () => words[next() % words.length]).join(' ');
  return {
    id: `review-${number}`,
    text: `${text} (${number})`,
    ...(number % 10 === 0 && { label: classKeys[next() % classKeys.length]! }),
    ...(number % 100 === 0 && { holdout: true }),
  };
}

/** Writes rows 0 … numRows − 1 as JSONL; the size of the file in bytes. */
export async function writeRows(file: string, numRows: number): Promise<number> {
  const stream = createWriteStream(file);
  let lines: string[] = [];
  for (let number = 0; number < numRows; number++) {
    lines.push(JSON.stringify(textRow(number)));
    if (lines.length < 2000 && number < numRows - 1) continue;
    if (!stream.write(`${lines.join('\n')}\n`)) await once(stream, 'drain');
    lines = [];
  }
  stream.end();
  await finished(stream);
  return stream.bytesWritten;
}
