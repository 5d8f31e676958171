'use client';

import type { Webhook } from '@tangent/contracts';
import { Ellipsis, KeyRound, Pencil, Power, Send, Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { toast } from '@/components/ui/announcer';
import { Button, buttonStyle } from '@/components/ui/button';
import { Confirm } from '@/components/ui/confirm';
import { Menu, MenuItem, MenuLine } from '@/components/ui/menu';
import { Tag } from '@/components/ui/tag';
import { api, messageOf, noteError } from '@/lib/api';
import { formatDate } from '@/lib/format';
import { eventNames } from './events';
import { RotateDialog } from './rotate-dialog';
import { WebhookDialog } from './webhook-dialog';

const offReasons: Readonly<Record<NonNullable<Webhook['disabledReason']>, string>> = {
  user: 'Somebody switched it off.',
  failures: 'It was switched off: nothing was received for five days.',
  gone: 'It was switched off: the receiver answered 410, gone.',
};

interface Props {
  readonly webhook: Webhook;
  readonly onChanged: () => void;
  readonly onSecret: (secret: string) => void;
}

export function WebhookCard({ webhook, onChanged, onSecret }: Props) {
  const { id: webhookId, projectId, url, description, eventTypes, isEnabled, failingSince } = webhook;
  const [asked, setAsked] = useState<'change' | 'rotate' | 'off' | 'on' | 'remove' | null>(null);
  const close = () => setAsked(null);
  const params = { webhookId };
  const log = `/projects/${projectId}/settings/webhooks/${webhookId}`;
  const test = async () => {
    try {
      await api.testWebhook({ params });
      toast('A test message is on its way; the deliveries say what became of it');
    } catch (error) {
      noteError(error);
      toast(messageOf(error), 'danger');
    }
  };
  return (
    <article className="rounded-lg border border-line bg-surface p-4">
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <h2 className="text-base break-all">{url}</h2>
          {description !== '' && <p className="text-sm text-ink-soft">{description}</p>}
        </div>
        <Menu
          align="end"
          trigger={
            <Button look="quiet" size="icon" aria-label={`More about ${url}`}>
              <Ellipsis />
            </Button>
          }
        >
          <MenuItem onSelect={() => setAsked('change')}>
            <Pencil />
            Change
          </MenuItem>
          <MenuItem onSelect={() => setAsked('rotate')}>
            <KeyRound />
            New secret
          </MenuItem>
          <MenuItem onSelect={() => setAsked(isEnabled ? 'off' : 'on')}>
            <Power />
            {isEnabled ? 'Switch off' : 'Switch on'}
          </MenuItem>
          <MenuLine />
          <MenuItem onSelect={() => setAsked('remove')}>
            <Trash2 />
            Remove
          </MenuItem>
        </Menu>
      </div>
      <p className="mt-3 flex flex-wrap gap-1.5">
        {!isEnabled ? (
          <Tag tone="warn">Off</Tag>
        ) : failingSince === null ? (
          <Tag tone="live">On</Tag>
        ) : (
          <Tag tone="danger">Failing</Tag>
        )}
        {eventTypes.map((type) => (
          <Tag key={type}>{eventNames[type].name}</Tag>
        ))}
      </p>
      {webhook.disabledReason !== null && (
        <p className="mt-3 text-sm text-warn">
          {offReasons[webhook.disabledReason]} What happens meanwhile is not told.
        </p>
      )}
      {isEnabled && failingSince !== null && (
        <p className="mt-3 text-sm text-danger">
          Every attempt since {formatDate(failingSince)} failed. After five days it is switched off.
        </p>
      )}
      {webhook.previousSecretUntil !== null && (
        <p className="mt-3 text-sm text-ink-soft">
          The secret before the last one signs too, until {formatDate(webhook.previousSecretUntil)}.
        </p>
      )}
      <div className="mt-4 flex flex-wrap gap-2">
        <Link href={log} className={buttonStyle({ size: 'sm' })}>
          Deliveries
        </Link>
        <Button size="sm" look="quiet" disabled={!isEnabled} onClick={() => void test()}>
          <Send />
          Send a test
        </Button>
      </div>
      <WebhookDialog
        projectId={projectId}
        webhook={webhook}
        isOpen={asked === 'change'}
        onClose={close}
        onSaved={onChanged}
      />
      <RotateDialog
        webhookId={webhookId}
        isOpen={asked === 'rotate'}
        onClose={close}
        onRotated={(secret) => {
          onChanged();
          onSecret(secret);
        }}
      />
      <Confirm
        isOpen={asked === 'off'}
        onClose={close}
        title="Switch this webhook off?"
        action="Switch off"
        onConfirm={async () => {
          await api.updateWebhook({ params, body: { isEnabled: false } });
          onChanged();
        }}
      >
        What happens while it is off is not told afterwards, and what waits to be delivered is given up.
      </Confirm>
      <Confirm
        isHarmless
        isOpen={asked === 'on'}
        onClose={close}
        title="Switch this webhook on?"
        action="Switch on"
        onConfirm={async () => {
          await api.updateWebhook({ params, body: { isEnabled: true } });
          onChanged();
        }}
      >
        It is told of what happens from now on.
      </Confirm>
      <Confirm
        isOpen={asked === 'remove'}
        onClose={close}
        title="Remove this webhook?"
        action="Remove"
        onConfirm={async () => {
          await api.deleteWebhook({ params });
          onChanged();
          toast('The webhook is removed');
        }}
      >
        Its log of deliveries goes with it, and what waits is not sent. This cannot be undone.
      </Confirm>
    </article>
  );
}
