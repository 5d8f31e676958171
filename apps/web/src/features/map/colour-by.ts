import { formatCount } from '../../lib/format';
import { hasLabel, isDisagreed, type MapPoints } from './map-points';

export const colourings = ['prediction', 'label', 'rank', 'disagreement'] as const;
export type Colouring = (typeof colourings)[number];

/** A colour of the map: one of ten that colour-blind eyes tell apart, a step of the ranks’ scale, or one for a meaning. */
export type Ink = `class-${number}` | `step-${number}` | 'none' | 'agreed' | 'contradicted';

export interface Group {
  readonly name: string;
  readonly ink: Ink;
  readonly numPoints: number;
}

/** What the colours say: each point is of one group. */
export interface Grouping {
  readonly groups: readonly Group[];
  /** Place in `groups` of every point. */
  readonly groupOf: Uint8Array;
  /** The groups are classes, whose names may stand on the map. */
  readonly isOfClasses: boolean;
}

const numInks = 10;
const rankSteps = [10, 100, 1000, 10_000, Number.POSITIVE_INFINITY] as const;
const tie = 0.2 * 255;
const sure = 0.5 * 255;

/** `nameOf`: the name of a class by its key. */
export function groupBy(
  points: MapPoints,
  colouring: Colouring,
  nameOf: (classKey: string) => string,
): Grouping {
  switch (colouring) {
    case 'prediction':
      return byClass(points, nameOf, (i) => points.predictions[i]!);
    case 'label':
      return byClass(points, nameOf, (i) => (hasLabel(points, i) ? points.labels[i]! : null));
    case 'rank':
      return counted(points, rankGroups, (i) => {
        const rank = points.ranks[i]!;
        return rank === 0 ? rankSteps.length : rankSteps.findIndex((last) => rank <= last);
      });
    case 'disagreement':
      return counted(points, disagreementGroups, (i) => {
        if (isDisagreed(points, i)) return 0;
        if (hasLabel(points, i)) return 4;
        const margin = points.margins[i]!;
        return margin < tie ? 1 : margin < sure ? 2 : 3;
      });
  }
}

const rankGroups: readonly Omit<Group, 'numPoints'>[] = [
  ...rankSteps.map((last, step) => {
    const from = formatCount((rankSteps[step - 1] ?? 0) + 1);
    const name = Number.isFinite(last) ? `${from} – ${formatCount(last)}` : `${from} and beyond`;
    return { name, ink: `step-${step}` as const };
  }),
  { name: 'Not in the ranking', ink: 'none' },
];

const disagreementGroups: readonly Omit<Group, 'numPoints'>[] = [
  { name: 'Label contradicts prediction', ink: 'contradicted' },
  { name: 'No label, nearly a tie', ink: 'step-0' },
  { name: 'No label, unsure', ink: 'step-2' },
  { name: 'No label, sure', ink: 'none' },
  { name: 'Label as predicted', ink: 'agreed' },
];

/** Of more classes than colours, the rarest ones share the last group. */
function byClass(
  points: MapPoints,
  nameOf: (classKey: string) => string,
  classOf: (i: number) => number | null,
): Grouping {
  const { classKeys, itemIds } = points;
  const counts = new Uint32Array(classKeys.length);
  for (let i = 0; i < itemIds.length; i += 1) {
    const at = classOf(i);
    if (at !== null) counts[at]! += 1;
  }
  const isMany = classKeys.length > numInks;
  const shown = Array.from(classKeys.keys())
    .toSorted((a, b) => (isMany ? counts[b]! - counts[a]! || a - b : a - b))
    .slice(0, isMany ? numInks - 1 : numInks);
  const placeOf = new Map(shown.map((at, place) => [at, place]));
  const groups: Omit<Group, 'numPoints'>[] = shown.map((at, place) => ({
    name: nameOf(classKeys[at]!),
    ink: `class-${place}`,
  }));
  const others = groups.length;
  if (isMany)
    groups.push({ name: `${classKeys.length - shown.length} other classes`, ink: `class-${others}` });
  const none = groups.length;
  groups.push({ name: 'No label', ink: 'none' });
  const grouping = counted(points, groups, (i) => {
    const at = classOf(i);
    return at === null ? none : (placeOf.get(at) ?? others);
  });
  return { ...grouping, isOfClasses: true };
}

function counted(
  { itemIds }: MapPoints,
  groups: readonly Omit<Group, 'numPoints'>[],
  groupAt: (i: number) => number,
): Grouping {
  const groupOf = Uint8Array.from({ length: itemIds.length }, (_, i) => groupAt(i));
  const counts = new Uint32Array(groups.length);
  for (const group of groupOf) counts[group]! += 1;
  return {
    groups: groups.map((group, at) => ({ ...group, numPoints: counts[at]! })),
    groupOf,
    isOfClasses: false,
  };
}
