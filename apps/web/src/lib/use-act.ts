import { isApiError } from '@tangent/client';
import { useState } from 'react';
import { messageOf, noteError } from './api';

export interface Act {
  readonly isBusy: boolean;
  /** Why the last try was refused. */
  readonly error: string | null;
  /** Whether it was done; one try at a time. */
  run(work: () => Promise<unknown>): Promise<boolean>;
  forget(): void;
}

/** Something that a person asks the API to do, with what became of it. */
export function useAct(): Act {
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  return {
    isBusy,
    error,
    forget: () => setError(null),
    async run(work) {
      if (isBusy) return false;
      setIsBusy(true);
      setError(null);
      try {
        await work();
        return true;
      } catch (thrown) {
        noteError(thrown);
        setError(reasonOf(thrown));
        return false;
      } finally {
        setIsBusy(false);
      }
    },
  };
}

/** What is wrong with which field says more than that the request does not fit. */
function reasonOf(thrown: unknown): string {
  if (!isApiError(thrown, 'validation-failed') || thrown.errors.length === 0) return messageOf(thrown);
  return thrown.errors.map(({ pointer, detail }) => `${pointer.slice(1) || 'It'} ${detail}`).join('; ');
}
