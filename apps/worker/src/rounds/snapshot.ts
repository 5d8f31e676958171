/** What a round works on: the pool and its labels at one moment, in order of item id. Pool indices point into it. */
export interface Snapshot {
  readonly projectId: string;
  readonly classKeys: readonly string[];
  /** Label events up to here are in it. */
  readonly labelSeq: number;
  readonly itemIds: readonly string[];
  /** Position of each item's class; −1: none. */
  readonly classes: readonly number[];
  /** Items whose label was chosen at random: what the control arm is trained on. */
  readonly isRandom: readonly boolean[];
  /** Items that were skipped: neither labeled nor candidates. */
  readonly isSkipped: readonly boolean[];
  /** Those of them that were rejected as not relevant: items like them count less. */
  readonly isNotRelevant: readonly boolean[];
  readonly holdoutIds: readonly string[];
  readonly holdoutClasses: readonly number[];
}

const flagNames = ['isRandom', 'isSkipped', 'isNotRelevant'] as const;
type Flags = Record<(typeof flagNames)[number], string>;

/** As bytes; the same snapshot gives the same bytes, whose SHA-256 is the pool snapshot's hash. */
export function encodeSnapshot(snapshot: Snapshot): Uint8Array {
  const { projectId, classKeys, labelSeq, itemIds, classes, holdoutIds, holdoutClasses } = snapshot;
  const flags = Object.fromEntries(flagNames.map((name) => [name, bits(snapshot[name])]));
  return Buffer.from(
    JSON.stringify({
      version: 2,
      projectId,
      classKeys,
      labelSeq,
      itemIds,
      classes,
      ...flags,
      holdoutIds,
      holdoutClasses,
    }),
  );
}

export function decodeSnapshot(bytes: Uint8Array): Snapshot {
  const { version, ...read } = JSON.parse(Buffer.from(bytes).toString()) as Omit<Snapshot, keyof Flags> &
    Flags & { version: number };
  if (version !== 1 && version !== 2)
    throw new RangeError(`a pool snapshot of version ${version} cannot be read by this worker; update it`);
  return {
    ...read,
    isRandom: flags(read.isRandom),
    isSkipped: flags(read.isSkipped),
    // Version 1 did not tell.
    isNotRelevant: version === 1 ? read.itemIds.map(() => false) : flags(read.isNotRelevant),
  };
}

const bits = (values: readonly boolean[]) => values.map((v) => (v ? '1' : '0')).join('');
const flags = (text: string) => Array.from(text, (c) => c === '1');

/** Pool indices with a label, ascending. */
export const labeledOf = ({ classes }: Snapshot): Int32Array =>
  indicesWhere(classes.length, (i) => classes[i]! >= 0);

/** Pool indices without a label that were not skipped, ascending: what can be picked. */
export const unlabeledOf = ({ classes, isSkipped }: Snapshot): Int32Array =>
  indicesWhere(classes.length, (i) => classes[i]! < 0 && !isSkipped[i]);

export function indicesWhere(n: number, is: (i: number) => boolean): Int32Array {
  const found: number[] = [];
  for (let i = 0; i < n; i++) if (is(i)) found.push(i);
  return Int32Array.from(found);
}
