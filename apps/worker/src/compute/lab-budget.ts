/** Fewer items compare too little. */
export const fewestLabItems = 8;

/** What the eNTK of a sample may take: the gradients that its items keep, its time, and the time of each of two pilots. */
const most = { bytes: 512 * 2 ** 20, milliseconds: 4000, pilotMilliseconds: 2000 } as const;
const pilots = [fewestLabItems, 2 * fewestLabItems] as const;

export interface LabCosts {
  readonly numGiven: number;
  /** Of the gradients of one item. */
  readonly bytesPerItem: number;
  /** Milliseconds that the eNTK of the first n items takes, by computing it. */
  readonly timeOf: (n: number) => number;
}

export type LabBudget =
  /** `bound`: why n is less than was given. */
  | { readonly kind: 'affordable'; readonly n: number; readonly bound: string | null }
  | { readonly kind: 'too-large'; readonly reason: string };

/**
 * As many of the items as the memory and the time of their eNTK allow. Nothing is computed of items that do not fit; of those
 * that do, two pilots tell what a pair costs. A pilot runs until its time is spent, three times at most: the first run compiles
 * what later ones use, and the machine may be busy with others. Where the small one has spent it there is no larger one, and
 * all of its time counts as that of pairs. The fewest items are taken however long they take.
 */
export function affordable({ numGiven, bytesPerItem, timeOf }: LabCosts): LabBudget {
  const byMemory = Math.floor(most.bytes / bytesPerItem);
  if (byMemory < fewestLabItems)
    return {
      kind: 'too-large',
      reason: `The gradients of one item take ${mebibytes(bytesPerItem)}, and the laboratory keeps ${mebibytes(most.bytes)} of them: those of ${byMemory} items, of ${fewestLabItems} that a comparison takes. A smaller network can be compared.`,
    };
  const fitting = Math.min(numGiven, byMemory);
  const byTime = fitting > fewestLabItems ? numInTime(fitting, timeOf) : Number.POSITIVE_INFINITY;
  const n = Math.min(fitting, byTime);
  if (n === numGiven) return { kind: 'affordable', n, bound: null };
  return {
    kind: 'affordable',
    n,
    bound:
      byMemory <= byTime
        ? `the gradients of more items would take more than ${mebibytes(most.bytes)}`
        : `the eNTK of more items would take more than ${most.milliseconds / 1000} seconds`,
  };
}

function numInTime(fitting: number, timeOf: LabCosts['timeOf']): number {
  const [small, large] = pilots;
  const first = pilot(small, timeOf);
  const byPairsAlone = small * Math.sqrt(most.milliseconds / first.least);
  if (first.isSpent || fitting <= large) return Math.max(small, Math.floor(byPairsAlone));
  const second = pilot(large, timeOf);
  const perPair = Math.max(0, second.least - first.least) / (large ** 2 - small ** 2);
  return Math.max(small, Math.floor(Math.sqrt((most.milliseconds - first.least) / perPair)));
}

/** The least time of three runs, or of as many as the pilot has time for. */
function pilot(n: number, timeOf: LabCosts['timeOf']) {
  let [least, spent] = [Number.POSITIVE_INFINITY, 0];
  for (let run = 0; run < 3 && spent < most.pilotMilliseconds; run++) {
    const ms = timeOf(n);
    least = Math.min(least, ms);
    spent += ms;
  }
  return { least, isSpent: spent >= most.pilotMilliseconds };
}

const mebibytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`;
