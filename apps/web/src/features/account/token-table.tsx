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
import { scopeNames } from './scopes';

export const useTokens = (userId?: string) =>
  useSWR(['tokens', userId], () => api.listTokens({ query: { userId, limit: 200 } }));

/** API tokens that are not revoked. Without a user: one’s own. */
export function TokenTable({ userId }: { readonly userId?: string }) {
  const tokens = useTokens(userId);
  const [asked, setAsked] = useState<{ readonly id: string; readonly name: string } | null>(null);
  return (
    <Loaded of={tokens} what="The tokens" className="h-24">
      {({ items }) => (
        <>
          {items.length === 0 ? (
            <p className="text-sm text-ink-soft">There is none.</p>
          ) : (
            <Table
              label="API tokens"
              columns={[
                { name: 'Name' },
                { name: 'May' },
                { name: 'Expires', isWide: true },
                { name: 'Last used', isWide: true },
                { name: 'Revoke', isSilent: true },
              ]}
            >
              {items.map(({ id, name, prefix, scopes, expiresAt, lastUsedAt }) => (
                <Row key={id}>
                  <HeadCell>
                    {name}
                    <span className="block font-mono text-xs font-normal text-ink-faint">{prefix}…</span>
                  </HeadCell>
                  <Cell>
                    <span className="flex flex-wrap gap-1.5">
                      {scopes.map((scope) => (
                        <Tag key={scope}>{scopeNames[scope].name}</Tag>
                      ))}
                    </span>
                  </Cell>
                  <Cell isWide className="whitespace-nowrap text-ink-soft">
                    {expiresAt === null ? (
                      'never'
                    ) : Date.parse(expiresAt) < Date.now() ? (
                      <Tag tone="warn">expired</Tag>
                    ) : (
                      formatDate(expiresAt)
                    )}
                  </Cell>
                  <Cell isWide className="text-ink-soft">
                    {lastUsedAt === null ? 'never' : <When at={lastUsedAt} />}
                  </Cell>
                  <Cell className="text-right">
                    <Button
                      look="quiet"
                      size="sm"
                      aria-label={`Revoke ${name}`}
                      onClick={() => setAsked({ id, name })}
                    >
                      Revoke
                    </Button>
                  </Cell>
                </Row>
              ))}
            </Table>
          )}
          <Confirm
            isOpen={asked !== null}
            onClose={() => setAsked(null)}
            title={`Revoke ${asked?.name ?? ''}?`}
            action="Revoke"
            onConfirm={async () => {
              await api.deleteToken({ params: { tokenId: asked!.id } });
              await tokens.mutate();
              toast(`${asked!.name} is revoked`);
            }}
          >
            Programs that send it are refused from the next request on. This cannot be undone.
          </Confirm>
        </>
      )}
    </Loaded>
  );
}
