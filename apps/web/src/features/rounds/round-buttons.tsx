'use client';

import type { Round } from '@tangent/contracts';
import { RotateCcw, Square } from 'lucide-react';
import { useState } from 'react';
import { toast } from '@/components/ui/announcer';
import { Button } from '@/components/ui/button';
import { Confirm } from '@/components/ui/confirm';
import { api } from '@/lib/api';
import { isActiveRound } from './use-project-pulse';

interface Props {
  readonly round: Round;
  readonly onChanged: () => void;
}

/** Cancel for a round that runs, retry for one that failed; each after a question. */
export function RoundButtons({ round, onChanged }: Props) {
  const [isAsked, setIsAsked] = useState(false);
  const params = { roundId: round.id };
  const close = () => setIsAsked(false);
  if (isActiveRound(round)) {
    return (
      <>
        <Button look="danger" onClick={() => setIsAsked(true)}>
          <Square />
          Cancel round {round.number}
        </Button>
        <Confirm
          isOpen={isAsked}
          onClose={close}
          title={`Cancel round ${round.number}?`}
          action="Cancel the round"
          onConfirm={async () => {
            await api.cancelRound({ params });
            onChanged();
            toast(`Round ${round.number} is cancelled`);
          }}
        >
          Its jobs are taken away, and what it computed so far is of no use any more. Annotators keep the
          ranking that they have. A cancelled round cannot be taken up again; start a new one.
        </Confirm>
      </>
    );
  }
  if (round.status !== 'failed') return null;
  return (
    <>
      <Button onClick={() => setIsAsked(true)}>
        <RotateCcw />
        Retry round {round.number}
      </Button>
      <Confirm
        isHarmless
        isOpen={isAsked}
        onClose={close}
        title={`Retry round ${round.number}?`}
        action="Retry"
        onConfirm={async () => {
          await api.retryRound({ params });
          onChanged();
          toast(`Round ${round.number} goes on`);
        }}
      >
        It goes on in the phase that failed, with the shards that are done kept. If what it failed of is still
        there, it fails again.
      </Confirm>
    </>
  );
}
