'use client';

import { Plus } from 'lucide-react';
import { useState } from 'react';
import useSWR from 'swr';
import { SectionHead } from '@/components/shell/section-nav';
import { Blank } from '@/components/ui/blank';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { EmptySheets } from '@/components/ui/drawings';
import { Loaded } from '@/components/ui/loaded';
import { Secret } from '@/components/ui/secret';
import { api } from '@/lib/api';
import { WebhookCard } from './webhook-card';
import { WebhookDialog } from './webhook-dialog';

export const useWebhooks = (projectId: string) =>
  useSWR(['webhooks', projectId], () => api.listWebhooks({ params: { projectId }, query: { limit: 200 } }));

export function WebhooksScreen({ projectId }: { readonly projectId: string }) {
  const webhooks = useWebhooks(projectId);
  const [isCreating, setIsCreating] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const changed = () => void webhooks.mutate();
  return (
    <>
      <SectionHead
        title="Webhooks"
        action={
          <Button look="primary" onClick={() => setIsCreating(true)}>
            <Plus />
            New webhook
          </Button>
        }
      >
        Servers that are told of what happens in this project, by signed messages. What cannot be delivered is
        tried again for days.
      </SectionHead>
      <Loaded of={webhooks} what="The webhooks">
        {({ items }) =>
          items.length === 0 ? (
            <Blank drawing={<EmptySheets />} title="No webhook yet">
              <p>
                Let your own server know when a round is done, labels arrive, or an import ends, instead of
                asking again and again.
              </p>
            </Blank>
          ) : (
            <ul className="space-y-4">
              {items.map((webhook) => (
                <li key={webhook.id}>
                  <WebhookCard webhook={webhook} onChanged={changed} onSecret={setSecret} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <WebhookDialog
        projectId={projectId}
        isOpen={isCreating}
        onClose={() => setIsCreating(false)}
        onSaved={(made) => {
          changed();
          setSecret(made);
        }}
      />
      <Dialog
        isOpen={secret !== null}
        onClose={() => setSecret(null)}
        title="The secret of the webhook"
        description="Your server verifies the signatures of messages with it, by any library of Standard Webhooks. It is not shown again; you can make a new one."
      >
        {secret !== null && (
          <div className="space-y-5">
            <Secret label="Secret" value={secret} />
            <div className="flex justify-end">
              <Button look="primary" onClick={() => setSecret(null)}>
                Done
              </Button>
            </div>
          </div>
        )}
      </Dialog>
    </>
  );
}
