'use client';

import type { Item, Project } from '@tangent/contracts';
import { useState } from 'react';
import useSWR, { useSWRConfig } from 'swr';
import { announce, toast } from '@/components/ui/announcer';
import { Dialog } from '@/components/ui/dialog';
import { ItemView } from '@/features/labeling/item-view';
import { classNameOf } from '@/features/labeling/names';
import { session } from '@/features/session/session';
import { api, messageOf, noteError } from '@/lib/api';
import { cn } from '@/lib/cn';
import { useStore } from '@/lib/external-store';
import { formatDate } from '@/lib/format';
import { isAtLeast } from '@/lib/use-project';
import { History } from './history';
import { relabel } from './relabel';

interface Props {
  readonly project: Project;
  /** Null: closed. */
  readonly itemId: string | null;
  readonly onClose: () => void;
  /** Its label was changed here. */
  readonly onRelabeled?: (itemId: string) => void;
}

/** One item with all that is known of it; reviewers can give it another label. */
export function ItemDialog({ project, itemId, onClose, onRelabeled }: Props) {
  return (
    <Dialog
      isOpen={itemId !== null}
      onClose={onClose}
      title="Item"
      className="top-[6vh] max-h-[88vh] w-[min(44rem,calc(100vw-2rem))]"
    >
      {itemId !== null && (
        <Content
          key={itemId}
          project={project}
          itemId={itemId}
          {...(onRelabeled === undefined ? {} : { onRelabeled })}
        />
      )}
    </Dialog>
  );
}

function Content({
  project,
  itemId,
  onRelabeled,
}: Omit<Props, 'itemId' | 'onClose'> & { readonly itemId: string }) {
  const { data: item, error, mutate } = useSWR(['item', itemId], () => api.getItem({ params: { itemId } }));
  if (item === undefined) {
    return error === undefined ? (
      <div aria-busy="true" className="h-64 rounded-sm shimmer" />
    ) : (
      <p className="text-ink-soft">{messageOf(error)}</p>
    );
  }
  return (
    <div data-testid="item-dialog" data-item-id={itemId}>
      <ItemView item={item} />
      <dl className="mt-6 flex flex-wrap gap-x-8 gap-y-3 border-y border-line py-3 text-sm">
        <Fact name="Status">
          {[item.isHoldout ? 'held out' : item.status, ...(item.isGold ? ['gold'] : [])].join(', ')}
        </Fact>
        <Fact name="Label">{item.label === null ? '–' : classNameOf(project, item.label)}</Fact>
        {item.externalId !== undefined && <Fact name="Id in your files">{item.externalId}</Fact>}
        <Fact name="Imported">{formatDate(item.createdAt)}</Fact>
        <Fact name="Item">
          <span className="font-mono text-xs">{item.id}</span>
        </Fact>
      </dl>
      {isAtLeast(project, 'reviewer') && !item.isHoldout && (
        <Relabel
          project={project}
          item={item}
          onDone={() => {
            void mutate();
            onRelabeled?.(itemId);
          }}
        />
      )}
      <History project={project} itemId={itemId} />
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-ink-faint">{name}</dt>
      <dd className="mt-0.5 font-medium break-all">{children}</dd>
    </div>
  );
}

interface RelabelProps {
  readonly project: Project;
  readonly item: Item;
  readonly onDone: () => void;
}

function Relabel({ project, item, onDone }: RelabelProps) {
  const userId = useStore(session, (state) => (state.kind === 'in' ? state.user.id : null));
  const { mutate } = useSWRConfig();
  const [isBusy, setIsBusy] = useState(false);
  const give = async (classKey: string) => {
    if (userId === null) return;
    setIsBusy(true);
    try {
      await relabel(project.id, item.id, classKey, userId);
      announce(`Labeled ${classNameOf(project, classKey)}`);
      void mutate(['history', item.id]);
      onDone();
    } catch (error) {
      noteError(error);
      toast(messageOf(error), 'danger');
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <fieldset disabled={isBusy} className="mt-5">
      <legend className="eyebrow mb-2">{item.label === null ? 'Label' : 'Another label'}</legend>
      <div className="flex max-h-40 flex-wrap gap-1.5 overflow-y-auto p-0.5">
        {project.classes.map(({ key, name }) => (
          <button
            key={key}
            type="button"
            aria-pressed={item.label === key}
            onClick={() => void give(key)}
            className={cn(
              'rounded-md border px-2.5 py-1 text-sm disabled:opacity-50',
              item.label === key
                ? 'border-live bg-live-soft text-live-strong'
                : 'border-line-strong/60 hover:bg-hover',
            )}
          >
            {name}
          </button>
        ))}
      </div>
    </fieldset>
  );
}
