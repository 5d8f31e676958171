import type { LabReport } from '@tangent/contracts';
import { ScrollArea } from '@/components/ui/scroll-area';
import { formatBytes, formatMs, formatPercent, formatScore } from '@/lib/format';

type Kernels = NonNullable<LabReport['kernels']>;
const orDash = (value: number | null, shown: (value: number) => string): string =>
  value === null ? '–' : shown(value);
const percent = (value: number) => formatPercent(value, 1);

interface Line {
  readonly name: string;
  readonly hint?: string;
  readonly cells: readonly [string, string, string];
}

function linesOf({ entk, pntk, sketch, ridgeRelative }: Kernels): readonly Line[] {
  const all = [entk, pntk, sketch] as const;
  const each = (show: (kernel: (typeof all)[number]) => string) => all.map(show) as unknown as Line['cells'];
  const errors = (show: (kernel: typeof pntk) => string): Line['cells'] => ['–', show(pntk), show(sketch)];
  return [
    { name: 'Kernel regression finds', hint: 'the kernel alone', cells: each((k) => percent(k.accuracy)) },
    { name: 'Same class as the eNTK', cells: errors((k) => percent(k.equalArgmaxShare)) },
    {
      name: 'Predictions differ by',
      hint: 'on the mean; at most',
      cells: errors((k) => `${formatScore(k.meanDifference)}; ${formatScore(k.maxDifference)}`),
    },
    { name: 'Error of the kernel', hint: 'Frobenius', cells: errors((k) => percent(k.frobeniusError)) },
    { name: 'Error of λ max', cells: errors((k) => percent(k.largestEigenvalueError)) },
    { name: 'Error of λ min', cells: errors((k) => orDash(k.smallestEigenvalueError, percent)) },
    { name: 'λ max', cells: each((k) => formatScore(k.spectrum.largest)) },
    { name: 'λ min', cells: each((k) => formatScore(k.spectrum.smallest)) },
    { name: 'Condition number', cells: each((k) => orDash(k.spectrum.conditionNumber, formatScore)) },
    { name: 'Effective dimension', cells: each((k) => k.spectrum.effectiveDimension.toFixed(1)) },
    {
      name: 'Ridge',
      hint: `${formatScore(ridgeRelative)} of the mean diagonal`,
      cells: each((k) => formatScore(k.ridge)),
    },
    { name: 'Time', hint: 'for the sample', cells: each((k) => formatMs(k.milliseconds)) },
    {
      name: 'Time a pair',
      cells: each((k) => orDash(k.microsecondsPerPair, (us) => `${formatScore(us)} µs`)),
    },
    { name: 'Memory', hint: 'for the sample', cells: each((k) => formatBytes(k.bytes)) },
    { name: 'Memory of the pool', cells: each((k) => formatBytes(k.poolBytes)) },
  ];
}

/** The exact kernel and its two approximations, figure by figure. */
export function KernelTable({ kernels }: { readonly kernels: Kernels }) {
  return (
    <>
      <ScrollArea label="Kernels compared" className="overflow-x-auto">
        <table className="w-full text-sm tabular">
          <thead>
            <tr>
              <td />
              {['eNTK', `Pseudo-NTK (${kernels.head})`, 'Sketch'].map((name) => (
                <th key={name} scope="col" className="px-3 pb-2 text-right font-medium whitespace-nowrap">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {linesOf(kernels).map(({ name, hint, cells }) => (
              <tr key={name} className="border-t border-line">
                <th scope="row" className="py-2 pr-3 text-left font-normal">
                  {name} {hint !== undefined && <span className="text-ink-faint">{hint}</span>}
                </th>
                {cells.map((cell, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its column
                  <td key={index} className="px-3 py-2 text-right whitespace-nowrap">
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
      <p className="mt-3 text-sm text-ink-faint tabular">
        The network itself finds {formatPercent(kernels.networkAccuracy, 1)} of the same items
        {kernels.crossLogitCosine !== null &&
          `; gradients of two logits have a mean cosine of ${kernels.crossLogitCosine.toFixed(2)}`}
        .
      </p>
    </>
  );
}
