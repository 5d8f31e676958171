import type { RoundReport } from '@tangent/database';

/** The record of a round as one JSON object, in constant memory: what is long comes last, an element a line. */
export async function* writeRoundReport(report: RoundReport): AsyncGenerator<Uint8Array, void, undefined> {
  const { round, project, model, curve, shards } = report;
  const head = JSON.stringify({ round, project, model, curve, shards });
  yield Buffer.from(`${head.slice(0, -1)},\n"scores":`);
  yield* arrayOf(report.scores());
  yield Buffer.from(',\n"ranking":');
  yield* arrayOf(report.ranking());
  yield Buffer.from('}\n');
}

async function* arrayOf(
  groups: AsyncIterable<readonly object[]>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let before = '[';
  for await (const group of groups) {
    if (group.length === 0) continue;
    yield Buffer.from(`${before}\n${group.map((element) => JSON.stringify(element)).join(',\n')}`);
    before = ',';
  }
  yield Buffer.from(before === '[' ? '[]' : '\n]');
}
