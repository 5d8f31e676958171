import type { Round } from '@tangent/contracts';
import { formatMs } from '@/lib/format';
import { phaseTimes } from './round-facts';

/** How long every phase took, on one scale. */
export function PhaseTimes({ round }: { readonly round: Round }) {
  const times = phaseTimes(round);
  const sumMs = times.reduce((sum, { ms }) => sum + ms, 0);
  let fromMs = 0;
  return (
    <section aria-labelledby="phases-title">
      <h2 id="phases-title" className="eyebrow mb-3">
        Phases
      </h2>
      {times.length === 0 ? (
        <p className="text-sm text-ink-faint">No phase has finished yet.</p>
      ) : (
        <ol className="space-y-2 text-sm tabular">
          {times.map(({ phase, ms, parts }) => {
            const left = (fromMs / sumMs) * 100;
            fromMs += ms;
            return (
              <li key={phase} className="grid grid-cols-[minmax(6.5rem,11rem)_1fr_4.5rem] items-center gap-3">
                <span>
                  {phase === 'planned' ? 'waiting' : phase}
                  {parts.length > 0 && (
                    <span className="block text-xs text-ink-faint">
                      {parts.map((part) => `${part.name} ${formatMs(part.ms)}`).join(', ')}
                    </span>
                  )}
                </span>
                <span className="relative h-2 rounded-full bg-sunken">
                  <span
                    className="absolute inset-y-0 min-w-0.5 rounded-full bg-live"
                    style={{ left: `${left}%`, width: `${(ms / sumMs) * 100}%` }}
                  />
                </span>
                <span className="text-right text-ink-soft">{formatMs(ms)}</span>
              </li>
            );
          })}
        </ol>
      )}
    </section>
  );
}
