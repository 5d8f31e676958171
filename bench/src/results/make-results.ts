import type { Goal, Plot, Report, Row } from '../harness-report.js';
import { derivedPlots } from './derived-plots.js';
import { ranges, rounded } from './numbers.js';
import { sections } from './sections.js';
import { drawPlot } from './svg-plot.js';

export interface NamedReport {
  readonly name: string;
  readonly report: Report;
}

/** docs/results.md, and the diagrams that it shows by file name. */
export interface Results {
  readonly markdown: string;
  readonly images: ReadonlyMap<string, string>;
}

/** The page of results from the reports of the benchmarks, and from nothing else. */
export function makeResults(reports: readonly NamedReport[]): Results {
  const known = Object.keys(sections);
  const place = (name: string) => (known.includes(name) ? known.indexOf(name) : known.length);
  const ordered = [...reports].sort(
    (a, b) => place(a.name) - place(b.name) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
  const images = new Map<string, string>();
  for (const { name, report } of ordered)
    for (const plot of plotsOf(name, report)) {
      const file = `${name}-${plot.name}.svg`;
      if (images.has(file)) throw new Error(`two diagrams are named ${file}`);
      images.set(file, drawPlot(plot));
    }
  const body = ordered.map(sectionOf).join('\n');
  return { markdown: `${introduction(ordered)}\n${body}`, images };
}

function introduction(reports: readonly NamedReport[]): string {
  const withGoal = reports.flatMap(({ name, report }) =>
    wholeClaims(report.rows)
      .filter((row) => row.met !== null)
      .map((row) => ({ name, row })),
  );
  const missed = withGoal.filter(({ row }) => row.met === false);
  const lines = missed.map(
    ({ name, row }) => `- ${titleOf(name)}: ${escaped(row.claim)}: ${figure(row)} (goal ${goalOf(row.goal)})`,
  );
  return `# Results

This page is made from the reports in [bench/results](../bench/results), which \`npm run bench -- NAME\` writes; after
each, and by \`npm run bench -- results\`, the page is made anew. Nothing here is typed by hand. Whether a goal is met is
computed from the figure. Intervals are Student’s 95% over the runs, where no other is named. Where a goal is missed, what
was tried stands below the table.

${withGoal.length - missed.length} of ${withGoal.length} goals are met.${missed.length > 0 ? ' Missed:' : ''}
${lines.length > 0 ? `\n${lines.join('\n')}\n` : ''}`;
}

function sectionOf({ name, report }: NamedReport): string {
  const { machine, commit, date, seeds, notes = [] } = report;
  const table = report.rows.map((row) => `| ${cellsOf(row).map(escaped).join(' | ')} |`);
  const facts = [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}`,
    date.slice(0, 10),
    commit === null
      ? 'no commit'
      : `commit ${commit.slice(0, 12)}${commit.length > 40 ? commit.slice(40) : ''}`,
    ...(seeds.length > 0 ? [`seeds ${ranges(seeds)}`] : []),
  ];
  const parts = [
    `## ${titleOf(name)}`,
    ...(sections[name] ? [sections[name].intro] : []),
    `\`npm run bench -- ${name}\`: ${facts.join('; ')}.`,
    ['| claim | measured | 95% ± | runs | goal | |', '|---|---|---|---|---|---|', ...table].join('\n'),
    ...triedOf(report.rows),
    ...(notes.length > 0 ? [notes.map((note) => `- ${note}`).join('\n')] : []),
    ...plotsOf(name, report).map((plot) => `![${plot.title}](images/results/${name}-${plot.name}.svg)`),
  ];
  return `${parts.join('\n\n')}\n`;
}

function plotsOf(name: string, report: Report): readonly Plot[] {
  return [...(report.plots ?? []), ...(derivedPlots[name]?.(report) ?? [])];
}

/** Under the table: what was tried for each goal that is missed; what holds for several, once. */
function triedOf(rows: readonly Row[]): string[] {
  const claims = new Map<string, string[]>();
  for (const { claim, met, tried = '**not said**' } of wholeClaims(rows))
    if (met === false) claims.set(tried, [...(claims.get(tried) ?? []), claim]);
  if (claims.size === 0) return [];
  const lines = [...claims].map(([tried, some]) => `- ${some.join('; ')}: ${tried}`);
  return [`What was tried where a goal is missed:\n\n${lines.join('\n')}`];
}

/** Rows whose claims go on from one above, “… median”, with the beginning of it, for where they stand alone. */
function wholeClaims(rows: readonly Row[]): Row[] {
  let beginning = '';
  return rows.map((row) => {
    if (row.claim.startsWith('…')) return { ...row, claim: `${beginning} ${row.claim}` };
    beginning = row.claim;
    return row;
  });
}

function cellsOf(row: Row): string[] {
  return [
    row.claim,
    figure(row),
    row.plusMinus === undefined ? '' : rounded(row.plusMinus),
    row.numRuns === undefined ? '' : String(row.numRuns),
    goalOf(row.goal),
    row.met === null ? '' : row.met ? 'met' : '**MISSED**',
  ];
}

function figure({ measured, unit }: Row): string {
  return `${rounded(measured)} ${unit}`.trim();
}

function goalOf(goal: Goal): string {
  if (goal === null) return '';
  return 'atLeast' in goal ? `≥ ${rounded(goal.atLeast)}` : `≤ ${rounded(goal.atMost)}`;
}

function titleOf(name: string): string {
  return sections[name]?.title ?? name;
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}
