/** Lets work run while what is under way does not use more pixels than there are; in the order of asking. */
export interface PixelBudget {
  during<T>(numPixels: number, work: () => Promise<T>): Promise<T>;
}

/** Work that alone would use more than all runs when nothing else does. */
export function pixelBudget(capacity: number): PixelBudget {
  let numUsed = 0;
  const waiting: { readonly numPixels: number; readonly start: () => void }[] = [];
  const startWhatFits = () => {
    while (waiting[0] && (numUsed === 0 || numUsed + waiting[0].numPixels <= capacity)) {
      const { numPixels, start } = waiting.shift()!;
      numUsed += numPixels;
      start();
    }
  };
  return {
    async during(numPixels, work) {
      await new Promise<void>((start) => {
        waiting.push({ numPixels, start });
        startWhatFits();
      });
      try {
        return await work();
      } finally {
        numUsed -= numPixels;
        startWhatFits();
      }
    },
  };
}
