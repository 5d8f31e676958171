'use client';

import type { Webhook, WebhookEventType } from '@tangent/contracts';
import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Check } from '@/components/ui/check';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { api } from '@/lib/api';
import { useAct } from '@/lib/use-act';
import { eventNames } from './events';

interface Props {
  readonly projectId: string;
  /** The one to change; absent: a new one. */
  readonly webhook?: Webhook;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** With the secret of a new one. */
  readonly onSaved: (secret: string | null) => void;
}

export function WebhookDialog({ isOpen, onClose, webhook, ...form }: Props) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title={webhook === undefined ? 'New webhook' : 'Change the webhook'}
    >
      <WebhookForm onClose={onClose} {...(webhook === undefined ? {} : { webhook })} {...form} />
    </Dialog>
  );
}

const allTypes = Object.keys(eventNames) as WebhookEventType[];

function WebhookForm({ projectId, webhook, onClose, onSaved }: Omit<Props, 'isOpen'>) {
  const act = useAct();
  const [types, setTypes] = useState<readonly WebhookEventType[]>(webhook?.eventTypes ?? allTypes);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const body = {
      url: String(given.get('url')),
      description: String(given.get('description')),
      eventTypes: allTypes.filter((type) => types.includes(type)),
    };
    await act.run(async () => {
      if (webhook === undefined) onSaved((await api.createWebhook({ params: { projectId }, body })).secret);
      else {
        await api.updateWebhook({ params: { webhookId: webhook.id }, body });
        onSaved(null);
      }
      onClose();
    });
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      <Field
        id="url"
        name="url"
        label="URL"
        type="url"
        required
        maxLength={2000}
        placeholder="https://example.org/hooks/tangent"
        defaultValue={webhook?.url}
        hint="https, to a public address"
        autoFocus
      />
      <Field
        id="description"
        name="description"
        label="What it is for"
        maxLength={500}
        defaultValue={webhook?.description}
      />
      <fieldset>
        <legend className="mb-2 text-sm font-medium">Tell it of</legend>
        <div className="space-y-2.5">
          {allTypes.map((type) => (
            <Check
              key={type}
              id={`event-${type}`}
              label={eventNames[type].name}
              hint={eventNames[type].when}
              checked={types.includes(type)}
              onChange={({ target }) =>
                setTypes(target.checked ? [...types, type] : types.filter((chosen) => chosen !== type))
              }
            />
          ))}
        </div>
      </fieldset>
      <Problem>{act.error}</Problem>
      <div className="flex justify-end gap-2 pt-1">
        <Button look="quiet" onClick={onClose}>
          Not now
        </Button>
        <Button type="submit" look="primary" disabled={act.isBusy || types.length === 0}>
          {webhook === undefined ? 'Create webhook' : 'Save'}
        </Button>
      </div>
    </form>
  );
}
