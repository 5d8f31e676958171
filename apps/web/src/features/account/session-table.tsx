'use client';

import { useState } from 'react';
import useSWR from 'swr';
import { toast } from '@/components/ui/announcer';
import { Button } from '@/components/ui/button';
import { Confirm } from '@/components/ui/confirm';
import { Loaded } from '@/components/ui/loaded';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { Tag } from '@/components/ui/tag';
import { When } from '@/components/ui/when';
import { api } from '@/lib/api';
import { formatDate } from '@/lib/format';
import { browserOf } from './browser-of';

/** Where somebody is logged in, and an end to it. Without a user: oneself. */
export function SessionTable({ userId }: { readonly userId?: string }) {
  const sessions = useSWR(['sessions', userId], () => api.listSessions({ query: { userId, limit: 200 } }));
  const [asked, setAsked] = useState<string | null>(null);
  return (
    <Loaded of={sessions} what="The sessions" className="h-24">
      {({ items }) => (
        <>
          {items.length === 0 ? (
            <p className="text-sm text-ink-soft">Nowhere at the moment.</p>
          ) : (
            <Table
              label="Sessions"
              columns={[
                { name: 'Browser' },
                { name: 'Since', isWide: true },
                { name: 'Last seen' },
                { name: 'End', isSilent: true },
              ]}
            >
              {items.map(({ id, userAgent, isCurrent, createdAt, lastSeenAt }) => (
                <Row key={id}>
                  <HeadCell title={userAgent ?? undefined}>
                    {browserOf(userAgent)}
                    {isCurrent && (
                      <span className="ml-2">
                        <Tag tone="live">This one</Tag>
                      </span>
                    )}
                  </HeadCell>
                  <Cell isWide className="text-ink-soft">
                    {formatDate(createdAt)}
                  </Cell>
                  <Cell className="text-ink-soft">
                    <When at={lastSeenAt} />
                  </Cell>
                  <Cell className="text-right">
                    {!isCurrent && (
                      <Button
                        look="quiet"
                        size="sm"
                        aria-label={`End the session in ${browserOf(userAgent)}`}
                        onClick={() => setAsked(id)}
                      >
                        End
                      </Button>
                    )}
                  </Cell>
                </Row>
              ))}
            </Table>
          )}
          <Confirm
            isOpen={asked !== null}
            onClose={() => setAsked(null)}
            title="End this session?"
            action="End session"
            onConfirm={async () => {
              await api.revokeSession({ params: { sessionId: asked! } });
              await sessions.mutate();
              toast('The session has ended');
            }}
          >
            Whoever works there is asked for the password again. Answers that were not sent yet are kept in
            that browser.
          </Confirm>
        </>
      )}
    </Loaded>
  );
}
