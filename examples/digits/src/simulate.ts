import { writeFile } from 'node:fs/promises';
import { loginFromEnvironment } from './environment.js';
import { labelByRounds, type OracleRun, prepareRun } from './oracle-run.js';
import { help, readArguments } from './simulate-arguments.js';
import { curveTable, summaryTable } from './tables.js';

// node examples/digits/dist/simulate.js --help

const args = argumentsOrExit();
const { client } = await loginFromEnvironment();
const runs = args.seeds.flatMap((seed) =>
  args.strategies.map((strategy): OracleRun => ({ ...args.size, strategy, seed })),
);
const curves = new Map<string, number[][]>(args.strategies.map((strategy) => [strategy, []]));

// Rounds run one after the other, as the times of each are to be compared; the next project is imported meanwhile.
let next = prepare(0);
for (const [i, run] of runs.entries()) {
  const prepared = await next;
  next = prepare(i + 1);
  const curve = await labelByRounds(client, prepared!, (text) => console.error(text));
  curves.get(run.strategy)!.push(curve);
  if (!args.isKept) await client.deleteProject({ params: { projectId: prepared!.projectId } });
}

if (args.json) {
  const result = { size: args.size, seeds: args.seeds, curves: Object.fromEntries(curves) };
  const text = `${JSON.stringify({ ...result, summary: summaryTable(curves) }, null, 2)}\n`;
  if (args.json === '-') process.stdout.write(text);
  else await writeFile(args.json, text);
}
if (args.json !== '-') {
  console.log('\nMean held-out accuracy in %, by the number of labels');
  console.table(curveTable(curves, args.size));
  console.log(
    'Mean over the cycles after the start; points over random are paired by seed, with their 95% interval',
  );
  console.table(summaryTable(curves));
}

function prepare(index: number) {
  const run = runs[index];
  const preparing = run ? prepareRun(client, run) : Promise.resolve(undefined);
  preparing.catch(() => undefined); // told when it is its turn
  return preparing;
}

function argumentsOrExit() {
  try {
    const args = readArguments(process.argv.slice(2));
    if (args !== 'help') return args;
    console.log(help);
    process.exit(0);
  } catch (error) {
    console.error(`${(error as Error).message}; --help tells all options`);
    process.exit(2);
  }
}
