import type { LabReport } from '@tangent/contracts';

type Kernels = NonNullable<LabReport['kernels']>;
const width = 720;
const height = 240;
const pad = { left: 48, right: 12, top: 10, bottom: 26 };

const lines = [
  { key: 'entk', name: 'eNTK', stroke: 'var(--ink)', dash: undefined },
  { key: 'pntk', name: 'Pseudo-NTK', stroke: 'var(--live)', dash: undefined },
  { key: 'sketch', name: 'Sketch', stroke: 'var(--control)', dash: '5 4' },
] as const;

/** The eigenvalues of the three kernels by their place, each divided by its largest, on a logarithmic scale. */
export function SpectrumPlot({
  kernels,
  numClasses,
}: {
  readonly kernels: Kernels;
  readonly numClasses: number;
}) {
  const series = lines.map((line) => {
    const { eigenvalues, largest } = kernels[line.key].spectrum;
    return { ...line, values: eigenvalues.map((value) => value / largest).filter((value) => value > 0) };
  });
  const most = Math.max(2, ...series.map(({ values }) => values.length));
  const low = Math.floor(Math.log10(Math.min(0.1, ...series.flatMap(({ values }) => values))));
  const x = (index: number) => pad.left + (index / (most - 1)) * (width - pad.left - pad.right);
  const y = (value: number) => pad.top + (Math.log10(value) / low) * (height - pad.top - pad.bottom);
  const decades = Array.from({ length: -low + 1 }, (_, index) => -index);
  return (
    <>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`Eigenvalues by their place, as shares of the largest: ${series
          .map(
            ({ name, values }) =>
              `${name} falls to ${(values[9] ?? values.at(-1) ?? 1).toPrecision(2)} at the tenth`,
          )
          .join(', ')}`}
        className="w-full text-ink-faint"
      >
        {decades.map((decade) => (
          <g key={decade}>
            <path d={`M${pad.left} ${y(10 ** decade)}H${width - pad.right}`} stroke="var(--line)" />
            <text x={pad.left - 8} y={y(10 ** decade) + 4} textAnchor="end" fontSize={11} fill="currentColor">
              {decade === 0
                ? '1'
                : `10${[...String(decade)].map((digit) => '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'['-0123456789'.indexOf(digit)]).join('')}`}
            </text>
          </g>
        ))}
        {series.map(({ key, values, stroke, dash }) => (
          <path
            key={key}
            d={values.map((value, index) => `${index === 0 ? 'M' : 'L'}${x(index)} ${y(value)}`).join('')}
            fill="none"
            stroke={stroke}
            strokeWidth={2}
            strokeDasharray={dash}
            strokeLinejoin="round"
          />
        ))}
        <text x={pad.left} y={height - 6} fontSize={11} fill="currentColor">
          1
        </text>
        <text x={width - pad.right} y={height - 6} textAnchor="end" fontSize={11} fill="currentColor">
          {most}
        </text>
      </svg>
      <p className="mt-3 max-w-2xl text-sm text-ink-soft">
        The eNTK has an eigenvalue for each item and class, the others one an item, which stands for all
        classes: its first {numClasses} go with their first.
      </p>
      <ul aria-label="Legend" className="mt-3 flex flex-wrap gap-x-6 gap-y-1 text-sm text-ink-soft">
        {lines.map(({ key, name, stroke, dash }) => (
          <li key={key} className="flex items-center gap-2">
            <svg width={22} height={4} aria-hidden="true">
              <path d="M0 2H22" stroke={stroke} strokeWidth={2} strokeDasharray={dash} />
            </svg>
            {name}
          </li>
        ))}
      </ul>
    </>
  );
}
