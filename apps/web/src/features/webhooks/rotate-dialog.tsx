'use client';

import type { FormEvent } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Problem } from '@/components/ui/problem';
import { SelectField } from '@/components/ui/select-field';
import { api } from '@/lib/api';
import { useAct } from '@/lib/use-act';

interface Props {
  readonly webhookId: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onRotated: (secret: string) => void;
}

/** A new secret, with a time in which the old one signs as well. */
export function RotateDialog({ webhookId, isOpen, onClose, onRotated }: Props) {
  const act = useAct();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const overlapHours = Number(new FormData(event.currentTarget).get('overlap'));
    await act.run(async () => {
      const { secret } = await api.rotateWebhook({ params: { webhookId }, body: { overlapHours } });
      onClose();
      onRotated(secret);
    });
  };
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="A new secret?"
      description="For a while messages are signed with both, so that your server can change over without losing any."
    >
      <form onSubmit={submit} className="space-y-4">
        <SelectField id="overlap" name="overlap" label="The old secret signs on for" defaultValue={24}>
          <option value={24}>a day</option>
          <option value={72}>three days</option>
          <option value={168}>a week</option>
          <option value={0}>no longer: it has leaked</option>
        </SelectField>
        <Problem>{act.error}</Problem>
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Not now
          </Button>
          <Button type="submit" look="danger" disabled={act.isBusy}>
            Make a new secret
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
