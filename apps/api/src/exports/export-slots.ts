import { TangentError } from '@tangent/contracts';

/** How many exports run at once in this process. */
export interface ExportSlots {
  /** Gives the function that frees the slot again, once. Throws too-many-requests. */
  take(): () => void;
}

/** Each export holds a connection of the pool as long as it runs, and the pool must not run dry. */
export function exportSlots(maxAtOnce: number): ExportSlots {
  let numTaken = 0;
  return {
    take() {
      if (numTaken >= maxAtOnce)
        throw new TangentError(
          'too-many-requests',
          `${numTaken} exports run already; repeat the request when one has ended.`,
        );
      numTaken++;
      let isFree = false;
      return () => {
        if (isFree) return;
        isFree = true;
        numTaken--;
      };
    },
  };
}
