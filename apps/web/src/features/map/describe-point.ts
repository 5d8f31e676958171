import { formatCount } from '@/lib/format';
import { hasLabel, isDisagreed, type MapPoints } from './map-points';

export interface PointFacts {
  readonly predicted: string;
  readonly label: string | null;
  readonly rank: string | null;
  readonly isDisagreed: boolean;
}

export function factsOf(points: MapPoints, i: number, nameOf: (classKey: string) => string): PointFacts {
  const name = (at: number) => nameOf(points.classKeys[at]!);
  const rank = points.ranks[i]!;
  return {
    predicted: name(points.predictions[i]!),
    label: hasLabel(points, i) ? name(points.labels[i]!) : null,
    rank: rank === 0 ? null : formatCount(rank),
    isDisagreed: isDisagreed(points, i),
  };
}

/** As a sentence, for who hears it. */
export const sentenceOf = ({ predicted, label, rank }: PointFacts): string =>
  [
    `Predicted ${predicted}`,
    label === null ? 'no label' : `labeled ${label}`,
    ...(rank === null ? [] : [`rank ${rank}`]),
  ].join(', ');
