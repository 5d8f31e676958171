import type { CurvePoint, Round } from '@tangent/contracts';
import { RoundProgress } from '@/features/rounds/round-progress';
import { formatPercent } from '@/lib/format';
import { MiniCurve } from './mini-curve';
import { Section } from './section';

interface Props {
  readonly points: readonly CurvePoint[];
  readonly round: Round | null;
}

/** What the labels have bought so far, and the round that runs. */
export function Accuracy({ points, round }: Props) {
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
      {round !== null && <RoundProgress round={round} className="mt-3" />}
    </Section>
  );
}
