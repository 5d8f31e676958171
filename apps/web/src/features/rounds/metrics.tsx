import type { Round } from '@tangent/contracts';
import { formatCount, formatPercent, formatScore } from '@/lib/format';
import { fieldsOf, numbersOf, spelledOut } from './round-facts';

function shownAs(name: string, value: unknown): string {
  if (typeof value !== 'number') return String(value);
  if (/accuracy|share/i.test(name)) return formatPercent(value, 1);
  return Number.isInteger(value) ? formatCount(value) : formatScore(value);
}

/** What the phases reported: sets of numbers as bars, single ones as a list. */
export function Metrics({ round }: { readonly round: Round }) {
  const entries = Object.entries(round.metrics);
  const sets = entries.flatMap(([name, metric]) => {
    const numbers = numbersOf(metric);
    if (numbers !== null) return [{ name, numbers }];
    return fieldsOf(metric).map(([field, values]) => ({
      name: `${name}: ${spelledOut(field)}`,
      numbers: values,
    }));
  });
  const singles = entries.filter(([, metric]) => ['number', 'string', 'boolean'].includes(typeof metric));
  if (entries.length === 0) return null;
  return (
    <div className="space-y-8">
      {sets.map(({ name, numbers }) => (
        <section key={name} aria-label={spelledOut(name)}>
          <h2 className="eyebrow mb-3">{spelledOut(name)}</h2>
          <Bars numbers={numbers} areShares={/share/i.test(name)} />
        </section>
      ))}
      {singles.length > 0 && (
        <section aria-labelledby="metrics-title">
          <h2 id="metrics-title" className="eyebrow mb-2">
            Metrics
          </h2>
          <dl className="text-sm tabular">
            {singles.map(([name, value]) => (
              <div
                key={name}
                className="flex justify-between gap-4 border-b border-line py-1.5 last:border-0"
              >
                <dt className="text-ink-soft">{spelledOut(name)}</dt>
                <dd className="min-w-0 truncate">{shownAs(name, value)}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </div>
  );
}

function Bars({
  numbers,
  areShares,
}: {
  readonly numbers: readonly (readonly [string, number])[];
  readonly areShares: boolean;
}) {
  const most = Math.max(1e-12, ...numbers.map(([, value]) => Math.abs(value)));
  return (
    <ul className="space-y-1.5 text-sm tabular">
      {numbers.slice(0, 24).map(([name, value]) => (
        <li key={name} className="grid grid-cols-[minmax(4rem,9rem)_1fr_4rem] items-center gap-3">
          <span className="truncate text-ink-soft">{name}</span>
          <span className="h-2 rounded-full bg-sunken">
            <span
              className="block h-full min-w-0.5 rounded-full bg-line-strong"
              style={{ width: `${(Math.abs(value) / most) * 100}%` }}
            />
          </span>
          <span className="text-right">{areShares ? formatPercent(value, 1) : formatScore(value)}</span>
        </li>
      ))}
    </ul>
  );
}
