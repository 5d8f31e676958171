import type { CurvePoint, Round } from '@tangent/contracts';
import Link from 'next/link';
import { formatDate, formatMs, formatPercent } from '@/lib/format';
import { pointOf, totalMs } from './round-facts';
import { RoundStatusMark } from './round-status';

const triggers: Readonly<Record<Round['trigger'], string>> = {
  request: 'by request',
  labels: 'by labels',
  age: 'by age',
  first: 'first',
};

interface Props {
  readonly projectId: string;
  readonly rounds: readonly Round[];
  readonly points: readonly CurvePoint[];
  /** Ids of the rounds that are ticked, to be compared. */
  readonly ticked: ReadonlySet<string>;
  readonly onTick: (roundId: string, isTicked: boolean) => void;
}

export function RoundTable({ projectId, rounds, points, ticked, onTick }: Props) {
  const head = 'px-3 pb-2 text-left font-normal whitespace-nowrap';
  const cell = 'px-3 py-2.5 whitespace-nowrap';
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table wider than a phone must be scrollable from the keyboard
    <section tabIndex={0} aria-label="Rounds, newest first" className="-mx-3 overflow-x-auto">
      <table className="w-full text-sm tabular">
        <thead className="text-xs text-ink-faint">
          <tr>
            <td className="w-px" />
            <th scope="col" className={head}>
              Round
            </th>
            <th scope="col" className={head}>
              Status
            </th>
            <th scope="col" className={head}>
              Strategy
            </th>
            <th scope="col" className={`${head} text-right`}>
              Labels
            </th>
            <th scope="col" className={`${head} text-right`}>
              Accuracy
            </th>
            <th scope="col" className={`${head} text-right`}>
              Random arm
            </th>
            <th scope="col" className={`${head} text-right`}>
              Took
            </th>
            <th scope="col" className={`${head} text-right`}>
              Seed
            </th>
            <th scope="col" className={head}>
              Started
            </th>
          </tr>
        </thead>
        <tbody>
          {rounds.map((round) => {
            const strategy = pointOf(points, round.id, 'strategy');
            const control = pointOf(points, round.id, 'control');
            const tookMs = totalMs(round);
            return (
              <tr key={round.id} className="group relative border-t border-line hover:bg-hover">
                <td className="relative z-1 pl-3">
                  <input
                    type="checkbox"
                    aria-label={`Compare round ${round.number}`}
                    checked={ticked.has(round.id)}
                    onChange={(event) => onTick(round.id, event.target.checked)}
                    className="block size-4 accent-live"
                  />
                </td>
                <th scope="row" className={`${cell} text-left font-medium`}>
                  <Link
                    href={`/projects/${projectId}/rounds/${round.id}`}
                    className="after:absolute after:inset-0"
                  >
                    {round.number}
                  </Link>
                </th>
                <td className={cell} data-testid="round-status">
                  <RoundStatusMark status={round.status} />
                </td>
                <td className={cell}>
                  {round.strategy} <span className="text-ink-faint">× {round.batchSize}</span>
                </td>
                <td className={`${cell} text-right`}>{strategy?.numLabels ?? '–'}</td>
                <td className={`${cell} text-right font-medium`}>
                  {strategy === undefined ? '–' : formatPercent(strategy.accuracy, 1)}
                </td>
                <td className={`${cell} text-right text-ink-soft`}>
                  {control === undefined ? '–' : formatPercent(control.accuracy, 1)}
                </td>
                <td className={`${cell} text-right`}>{tookMs === null ? '–' : formatMs(tookMs)}</td>
                <td className={`${cell} text-right text-ink-faint`}>{round.seed}</td>
                <td className={`${cell} text-ink-soft`}>
                  {formatDate(round.createdAt)}{' '}
                  <span className="text-ink-faint">{triggers[round.trigger]}</span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
