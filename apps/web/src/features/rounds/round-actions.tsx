'use client';

import type { Round } from '@tangent/contracts';
import { RotateCcw, Square } from 'lucide-react';
import { useState } from 'react';
import { toast } from '@/components/ui/announcer';
import { Button } from '@/components/ui/button';
import { api, messageOf, noteError } from '@/lib/api';
import { isActiveRound } from './use-project-pulse';

/** Cancel for a round that runs, retry for one that failed. */
export function RoundActions({
  round,
  onChanged,
}: {
  readonly round: Round;
  readonly onChanged: () => void;
}) {
  const [isBusy, setIsBusy] = useState(false);
  const act = async (call: 'cancelRound' | 'retryRound') => {
    setIsBusy(true);
    try {
      await api[call]({ params: { roundId: round.id } });
    } catch (error) {
      noteError(error);
      toast(messageOf(error), 'danger');
    } finally {
      setIsBusy(false);
      onChanged();
    }
  };
  if (isActiveRound(round)) {
    return (
      <Button look="danger" size="sm" disabled={isBusy} onClick={() => void act('cancelRound')}>
        <Square />
        Cancel round {round.number}
      </Button>
    );
  }
  if (round.status === 'failed') {
    return (
      <Button size="sm" disabled={isBusy} onClick={() => void act('retryRound')}>
        <RotateCcw />
        Retry round {round.number}
      </Button>
    );
  }
  return null;
}
