import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** A text with its class, and the class that a crowd worker gave it, where that is known. */
export interface TextRow {
  readonly text: string;
  readonly label: string;
  readonly noisyLabel: string | null;
}

/** Gzipped JSONL of {text, label, noisy_label?}. */
export function readTexts(file: string): TextRow[] {
  return linesOf(file).map((line, i) => {
    const row = JSON.parse(line) as Record<string, unknown>;
    if (typeof row.text !== 'string' || typeof row.label !== 'string')
      throw new Error(`${file}, line ${i + 1}: text and label must be texts`);
    const noisy = row.noisy_label;
    return { text: row.text, label: row.label, noisyLabel: typeof noisy === 'string' ? noisy : null };
  });
}

/** Gzipped CSV without quotes: a header, then numbers, the class in the last column. values: [n, width] float32. */
export function readNumbers(file: string): { values: Float32Array; width: number; labels: string[] } {
  const [header, ...lines] = linesOf(file);
  const width = header!.split(',').length - 1;
  const values = new Float32Array(lines.length * width);
  const labels = lines.map((line, i) => {
    const cells = line.split(',');
    if (cells.length !== width + 1)
      throw new Error(`${file}, line ${i + 2}: ${cells.length} columns instead of ${width + 1}`);
    for (let j = 0; j < width; j++) {
      const value = Number(cells[j]);
      if (!Number.isFinite(value)) throw new Error(`${file}, line ${i + 2}: “${cells[j]}” is no number`);
      values[i * width + j] = value;
    }
    return cells[width]!;
  });
  return { values, width, labels };
}

function linesOf(file: string): string[] {
  return gunzipSync(readFileSync(file))
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '');
}
