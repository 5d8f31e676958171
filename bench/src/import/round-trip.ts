import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { textRow } from './text-rows.js';

/** How many of rows 0 … numRows − 1 are not in the exported JSONL, in their order, with id, text, label and holdout as they were. */
export async function countLost(exported: string, numRows: number): Promise<number> {
  let number = 0;
  let numEqual = 0;
  for await (const line of createInterface({
    input: createReadStream(exported),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    const found = JSON.parse(line) as Record<string, unknown>;
    const { id, text, label, holdout = false } = textRow(number++);
    if (found.id === id && found.text === text && found.label === label && found.holdout === holdout)
      numEqual++;
  }
  return Math.max(numRows, number) - numEqual;
}
