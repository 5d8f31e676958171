import type { CurvePoint } from '@tangent/contracts';
import { formatPercent } from '@/lib/format';
import { MiniCurve } from './mini-curve';
import { Section } from './section';

interface Props {
  readonly points: readonly CurvePoint[];
}

/** What the labels have bought so far. */
export function Accuracy({ points }: Props) {
  const newest = (arm: CurvePoint['arm']) =>
    points
      .filter((point) => point.arm === arm)
      .reduce<CurvePoint | null>((a, b) => (a && a.numLabels > b.numLabels ? a : b), null);
  const strategy = newest('strategy');
  const control = newest('control');
  return (
    <Section title="Held-out accuracy">
      {strategy === null ? (
        <p className="text-sm text-ink-faint">The first point comes with the first round.</p>
      ) : (
        <>
          <div className="flex items-baseline gap-2 tabular">
            <span data-testid="accuracy" className="text-2xl font-medium tracking-tight text-live-strong">
              {formatPercent(strategy.accuracy, 1)}
            </span>
            <span className="text-sm text-ink-soft">
              ± {formatPercent((strategy.interval[1] - strategy.interval[0]) / 2, 1)}
            </span>
            {control !== null && (
              <span className="ml-auto text-sm text-ink-soft">
                random <b className="font-medium text-ink">{formatPercent(control.accuracy, 1)}</b>
              </span>
            )}
          </div>
          <MiniCurve points={points} />
        </>
      )}
    </Section>
  );
}
