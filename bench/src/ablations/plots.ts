import type { EstimatesPlot, Report, Row } from '../harness-report.js';

/** What was changed, over what, of one setting: “m20, kernel sum: over the default”. */
const comparison = /^(?<setting>[^,:]+), (?<arm>.+): over (?<against>.+)$/;

interface Compared {
  readonly setting: string;
  readonly arm: string;
  readonly against: string;
  readonly row: Row;
}

/**
 * From the rows of the report: of every setting what each change of the recipe gains or costs, and how strategies do in
 * pools that something spoils.
 */
export function ablationPlots({ rows }: Pick<Report, 'rows'>): EstimatesPlot[] {
  const compared = rows.flatMap((row): Compared[] => {
    const found = comparison.exec(row.claim)?.groups;
    if (!found) return [];
    return [{ setting: found.setting!, arm: found.arm!, against: found.against!, row }];
  });
  const changes = compared.filter(({ against }) => against !== 'random');
  const settings = [...new Set(changes.map(({ setting }) => setting))];
  const plots = settings.map((setting) =>
    plotOf(
      setting,
      `${setting}: the default look-ahead with one thing changed`,
      changes
        .filter((change) => change.setting === setting)
        .map(({ arm, against, row }) => ({
          name: against === 'the default' ? arm : `${arm}, over ${against}`,
          row,
        })),
    ),
  );
  const spoiled = compared.filter(({ arm, against }) => against === 'random' && arm.includes(', '));
  if (spoiled.length === 0) return plots;
  const named = spoiled.map(({ arm, row }) => ({ name: arm, row }));
  return [...plots, plotOf('spoiled', 'Spoiled pools: over random choice', named)];
}

function plotOf(
  name: string,
  title: string,
  rows: readonly { readonly name: string; readonly row: Row }[],
): EstimatesPlot {
  return {
    kind: 'estimates',
    name,
    title: `${title}, with 95% intervals`,
    label: 'points of accuracy',
    estimates: rows.map(({ name: of, row: { measured, plusMinus } }) => ({
      name: of,
      value: measured,
      ...(plusMinus !== undefined && { plusMinus }),
    })),
  };
}
