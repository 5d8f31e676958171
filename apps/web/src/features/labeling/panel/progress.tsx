'use client';

import type { Project } from '@tangent/contracts';
import { Meter } from '@/components/ui/meter';
import { formatCount, formatPercent, formatSpan } from '@/lib/format';
import { useLateStore } from '@/lib/use-late-store';
import { msLeft, pacePerMinute } from '../core/pace';
import { useLabeling } from '../use-labeling-session';
import { useNow } from '../use-now';
import { Section } from './section';

const lookMs = 5000;

export function Progress({ project }: { readonly project: Project }) {
  const session = useLabeling();
  const answeredAtMs = useLateStore(session.state, (state) => state.answeredAtMs);
  const workedMs = useLateStore(session.state, (state) => state.workedMs);
  const entries = useLateStore(session.outbox.state, (state) => state.entries);
  const nowMs = useNow(lookMs);
  const { labeled, skipped } = project.counts;
  const items = project.counts.items - project.counts.holdout;
  const numUnsent = entries.filter((entry) => entry.kind === 'answer' && 'classKey' in entry.answer).length;
  const done = Math.min(items, labeled + numUnsent);
  const pace = pacePerMinute(answeredAtMs, Math.max(nowMs, answeredAtMs.at(-1) ?? 0));
  const leftMs = msLeft(items - done, pace);
  return (
    <Section
      title="Progress"
      aside={
        pace !== null && (
          <span className="text-xs text-ink-faint tabular">
            {pace < 9.95 ? pace.toFixed(1) : Math.round(pace)} a minute
          </span>
        )
      }
    >
      <p className="flex items-baseline gap-1.5 tabular">
        <span data-testid="num-labeled" className="text-2xl font-medium tracking-tight">
          {formatCount(done)}
        </span>
        <span className="text-sm text-ink-soft">of {formatCount(items)} labeled</span>
        <span className="ml-auto text-sm text-ink-faint">
          {items === 0 ? '' : formatPercent(done / items, 1)}
          {skipped > 0 && ` · ${formatCount(skipped)} skipped`}
        </span>
      </p>
      <Meter
        className="mt-2"
        label="Labeled items"
        value={done}
        max={items}
        valueText={`${done} of ${items}`}
      />
      {workedMs > 0 && (
        <p data-testid="time" className="mt-2 text-sm text-ink-faint tabular">
          {formatSpan(workedMs)} at work
          {leftMs !== null && leftMs > 0 && ` · ${formatSpan(leftMs)} left at this pace, by you alone`}
        </p>
      )}
    </Section>
  );
}
