'use client';

import type { Project, Suspect } from '@tangent/contracts';
import { ArrowRight, Check } from 'lucide-react';
import { useState } from 'react';
import useSWR from 'swr';
import { announce, toast } from '@/components/ui/announcer';
import { Button } from '@/components/ui/button';
import { Panel } from '@/components/ui/screen';
import { relabel } from '@/features/data/relabel';
import { ItemThumb } from '@/features/labeling/item-thumb';
import { classNameOf } from '@/features/labeling/names';
import { session } from '@/features/session/session';
import { api, messageOf, noteError } from '@/lib/api';
import { useStore } from '@/lib/external-store';
import { plural } from '@/lib/format';
import { keptKey, readKept, writeKept } from './kept-labels';

/** The most suspicious, so many. */
export const numSuspects = 60;
const numShown = 12;

interface Props {
  readonly project: Project;
  readonly onOpen: (itemId: string) => void;
}

/** Labels that all the others contradict, one after the other: keep it, or take the other class. */
export function SuspectsPanel({ project, onOpen }: Props) {
  const { data, error } = useSWR(
    ['suspects', project.id],
    () => api.getSuspects({ params: { projectId: project.id }, query: { limit: numSuspects } }),
    { revalidateOnFocus: false },
  );
  const [kept, setKept] = useState(() => readKept(project.id));
  const [changed, setChanged] = useState<ReadonlySet<string>>(new Set());
  const userId = useStore(session, (state) => (state.kind === 'in' ? state.user.id : null));
  const [busy, setBusy] = useState<string | null>(null);

  if (data === undefined) {
    return (
      <Panel title="Suspect labels">
        {error === undefined ? (
          <div aria-busy="true" className="h-48 rounded-sm shimmer" />
        ) : (
          <p className="text-ink-soft">{messageOf(error)}</p>
        )}
      </Panel>
    );
  }
  const open = data.items.filter(
    ({ itemId, classKey }) => !kept.has(keptKey(itemId, classKey)) && !changed.has(itemId),
  );
  const keep = ({ itemId, classKey }: Suspect) => {
    const next = new Set(kept).add(keptKey(itemId, classKey));
    setKept(next);
    writeKept(project.id, next);
    announce(`Kept as ${classNameOf(project, classKey)}`);
  };
  const change = async ({ itemId, suggested }: Suspect) => {
    if (userId === null) return;
    setBusy(itemId);
    try {
      await relabel(project.id, itemId, suggested, userId);
      setChanged(new Set(changed).add(itemId));
      announce(`Labeled ${classNameOf(project, suggested)}`);
    } catch (thrown) {
      noteError(thrown);
      toast(messageOf(thrown), 'danger');
    } finally {
      setBusy(null);
    }
  };
  return (
    <Panel
      title="Suspect labels"
      aside={data.reason === null ? `${data.numSuspects} of ${plural(data.numJudged, 'label')}` : undefined}
    >
      {data.reason !== null || open.length === 0 ? (
        <p className="text-ink-soft" data-testid="suspects">
          {data.reason ??
            (data.numSuspects === 0
              ? 'No label is contradicted by the others.'
              : 'You have looked at all of them.')}
        </p>
      ) : (
        <>
          <p className="mb-4 max-w-2xl text-sm text-ink-soft">
            Each of these labels is contradicted by all the others. What you keep is not asked again in this
            browser.
          </p>
          <ul data-testid="suspects" className="divide-y divide-line border-y border-line">
            {open.slice(0, numShown).map((suspect) => {
              const { itemId, classKey, suggested, score } = suspect;
              return (
                <li key={itemId} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-2.5">
                  <button
                    type="button"
                    aria-label={`Open the item labeled ${classNameOf(project, classKey)}`}
                    onClick={() => onOpen(itemId)}
                    className="size-14 shrink-0 rounded-sm hover:opacity-85"
                  >
                    <ItemThumb itemId={itemId} type={project.type} />
                  </button>
                  <p className="min-w-40 flex-1">
                    <span className="text-ink-soft line-through decoration-danger">
                      {classNameOf(project, classKey)}
                    </span>{' '}
                    <ArrowRight aria-label="rather" className="inline size-3.5 text-ink-faint" />{' '}
                    <b className="font-medium">{classNameOf(project, suggested)}</b>
                    <span className="block text-xs text-ink-faint tabular">
                      predicted {score.toFixed(2)} more than its label
                    </span>
                  </p>
                  <div className="flex gap-2">
                    <Button size="sm" look="quiet" disabled={busy !== null} onClick={() => keep(suspect)}>
                      <Check />
                      Keep
                    </Button>
                    <Button size="sm" disabled={busy !== null} onClick={() => void change(suspect)}>
                      {busy === itemId ? 'Changing …' : `Make it ${classNameOf(project, suggested)}`}
                    </Button>
                  </div>
                </li>
              );
            })}
          </ul>
        </>
      )}
    </Panel>
  );
}
