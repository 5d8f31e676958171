import type { Client } from '@tangent/client';
import type { Project } from '@tangent/contracts';
import { expect } from './house.js';

const numDimensions = 16;

export interface VectorRow {
  readonly id: string;
  readonly vector: readonly number[];
  readonly label: string;
}

/** Rows of clouds that lie apart, one a class, of classes `class 0`, `class 1` …; the same ones for the same numbers. */
export function vectorRows(numRows: number, numClasses: number): VectorRow[] {
  let state = 1;
  const noise = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647 - 0.5;
  };
  const middles = Array.from({ length: numClasses }, () =>
    Array.from({ length: numDimensions }, () => 4 * noise()),
  );
  return Array.from({ length: numRows }, (_, row) => ({
    id: `row-${row}`,
    vector: middles[row % numClasses]!.map((x) => x + noise()),
    label: `class ${row % numClasses}`,
  }));
}

/** As lines of JSON: the first `numLabeled` have their label, the last `numHeldOut` are held out, all others have none. */
export function vectorLines(
  rows: readonly VectorRow[],
  { numLabeled, numHeldOut = 0 }: { readonly numLabeled: number; readonly numHeldOut?: number },
): string {
  const lines = rows.map(({ id, vector, label }, n) => {
    if (n < numLabeled) return { id, vector, label };
    return n >= rows.length - numHeldOut ? { id, vector, label, holdout: true } : { id, vector };
  });
  return lines.map((line) => JSON.stringify(line)).join('\n');
}

/** A project of vectors, imported; its rounds start only on request. */
export async function vectorProject(
  client: Client,
  name: string,
  {
    numClasses,
    lines,
    numRows,
  }: { readonly numClasses: number; readonly lines: string; readonly numRows: number },
): Promise<Project> {
  const project = await client.createProject({
    body: {
      name,
      type: 'vector',
      classes: Array.from({ length: numClasses }, (_, n) => ({ key: `class ${n}` })),
      settings: { trigger: { everyLabels: null }, model: { hidden: [32], steps: 60 } },
    },
  });
  const { id } = await client.uploadImport({
    params: { projectId: project.id },
    file: new Blob([lines]),
    fileName: 'rows.jsonl',
  });
  expect(await client.waitForOperation(id)).toMatchObject({ status: 'done', counts: { created: numRows } });
  return project;
}
