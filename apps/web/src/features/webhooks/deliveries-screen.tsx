'use client';

import type { Delivery } from '@tangent/contracts';
import { ArrowLeft, RotateCcw } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import useSWRInfinite from 'swr/infinite';
import { SectionHead } from '@/components/shell/section-nav';
import { toast } from '@/components/ui/announcer';
import { Blank } from '@/components/ui/blank';
import { Button } from '@/components/ui/button';
import { Confirm } from '@/components/ui/confirm';
import { EmptySheets } from '@/components/ui/drawings';
import { Loaded } from '@/components/ui/loaded';
import { Tag } from '@/components/ui/tag';
import { When } from '@/components/ui/when';
import { api } from '@/lib/api';
import { formatDate, formatMs, plural } from '@/lib/format';
import { useWebhooks } from './webhooks-screen';

const lookMs = 4000;

interface Props {
  readonly projectId: string;
  readonly webhookId: string;
}

/** What was sent to one webhook, with every attempt. */
export function DeliveriesScreen({ projectId, webhookId }: Props) {
  const { data: webhooks } = useWebhooks(projectId);
  const [asked, setAsked] = useState<string | null>(null);
  const pages = useSWRInfinite(
    (index, before: { nextCursor: string | null } | null) =>
      index > 0 && before?.nextCursor == null ? null : ['deliveries', webhookId, before?.nextCursor ?? null],
    ([, , cursor]) =>
      api.listDeliveries({
        params: { webhookId },
        query: { limit: 30, cursor: (cursor as string | null) ?? undefined },
      }),
    { refreshInterval: lookMs },
  );
  return (
    <>
      <Link
        href={`/projects/${projectId}/settings/webhooks`}
        className="mb-3 -ml-1 inline-flex items-center gap-1.5 rounded-md px-1 text-sm text-ink-soft hover:text-ink"
      >
        <ArrowLeft aria-hidden="true" className="size-4" />
        Webhooks
      </Link>
      <SectionHead title="Deliveries">
        <span className="break-all">{webhooks?.items.find(({ id }) => id === webhookId)?.url}</span>
      </SectionHead>
      <Loaded of={pages} what="The deliveries">
        {(loaded) => {
          const deliveries = loaded.flatMap(({ items }) => items);
          if (deliveries.length === 0) {
            return (
              <Blank drawing={<EmptySheets />} title="Nothing was sent yet">
                <p>Messages appear here when something happens that the webhook is told of, for 30 days.</p>
              </Blank>
            );
          }
          return (
            <>
              <ul>
                {deliveries.map((delivery) => (
                  <Line key={delivery.id} delivery={delivery} onReplay={() => setAsked(delivery.id)} />
                ))}
              </ul>
              {loaded.at(-1)?.nextCursor != null && (
                <div className="mt-5 text-center">
                  <Button onClick={() => void pages.setSize(pages.size + 1)}>Older deliveries</Button>
                </div>
              )}
            </>
          );
        }}
      </Loaded>
      <Confirm
        isHarmless
        isOpen={asked !== null}
        onClose={() => setAsked(null)}
        title="Send this message again?"
        action="Send again"
        onConfirm={async () => {
          await api.replayDelivery({ params: { deliveryId: asked! } });
          await pages.mutate();
          toast('The message is on its way again');
        }}
      >
        It carries the same webhook-id as before, so a receiver that had it already can tell.
      </Confirm>
    </>
  );
}

const statusTags: Readonly<Record<Delivery['status'], React.ReactNode>> = {
  delivered: <Tag tone="live">Delivered</Tag>,
  pending: <Tag tone="warn">On its way</Tag>,
  failed: <Tag tone="danger">Given up</Tag>,
};

interface LineProps {
  readonly delivery: Delivery;
  readonly onReplay: () => void;
}

function Line({ delivery, onReplay }: LineProps) {
  const { id, eventType, status, numAttempts, nextAttemptAt, createdAt, attempts } = delivery;
  return (
    <li className="border-t border-line py-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
        <span className="w-24">{statusTags[status]}</span>
        <span className="min-w-36 font-medium">{eventType}</span>
        <span className="text-ink-soft">
          <When at={createdAt} />
        </span>
        <span className="text-ink-faint">
          {plural(numAttempts, 'attempt')}
          {nextAttemptAt !== null && numAttempts > 0 && `, the next ${formatDate(nextAttemptAt)}`}
        </span>
        <Button
          look="quiet"
          size="sm"
          className="ml-auto"
          aria-label={`Send ${eventType} again`}
          onClick={onReplay}
        >
          <RotateCcw />
          Replay
        </Button>
      </div>
      {attempts.length > 0 && (
        <details className="mt-1 text-sm">
          <summary className="w-fit text-ink-soft hover:text-ink">{lastOf(attempts)}</summary>
          <ol className="mt-2 space-y-3 border-l-2 border-line pl-4">
            {attempts.map((attempt) => (
              <li key={attempt.number}>
                <p className="tabular">
                  {attempt.number}. {formatDate(attempt.at)} · {formatMs(attempt.durationMs)} ·{' '}
                  <b className="font-medium">{outcomeOf(attempt)}</b>
                </p>
                {attempt.responseExcerpt && (
                  <pre className="mt-1 max-h-40 overflow-auto rounded-md bg-sunken p-2.5 font-mono text-xs whitespace-pre-wrap break-all">
                    {attempt.responseExcerpt}
                  </pre>
                )}
              </li>
            ))}
          </ol>
        </details>
      )}
      <p className="mt-1 font-mono text-xs break-all text-ink-faint">{id}</p>
    </li>
  );
}

const outcomeOf = ({ responseStatus, error }: Delivery['attempts'][number]): string =>
  error !== null ? `${error.code}: ${error.detail}` : `answered ${responseStatus ?? 'nothing'}`;

function lastOf(attempts: Delivery['attempts']): string {
  const last = attempts.at(-1);
  if (last === undefined) return '';
  return last.error !== null ? last.error.code : `Answered ${last.responseStatus}`;
}
