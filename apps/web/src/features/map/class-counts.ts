import { hasLabel, isDisagreed, type MapPoints } from './map-points';

export interface ClassCount {
  readonly classKey: string;
  /** Predicted as the class. */
  readonly numPoints: number;
  readonly numLabeled: number;
  /** Of those, with another label. */
  readonly numDisagreed: number;
}

/** What the map shows, as numbers: by predicted class, those without a point left out. */
export function countClasses(points: MapPoints): ClassCount[] {
  const counts = points.classKeys.map((classKey) => ({
    classKey,
    numPoints: 0,
    numLabeled: 0,
    numDisagreed: 0,
  }));
  points.predictions.forEach((at, i) => {
    const count = counts[at]!;
    count.numPoints += 1;
    if (hasLabel(points, i)) count.numLabeled += 1;
    if (isDisagreed(points, i)) count.numDisagreed += 1;
  });
  return counts.filter(({ numPoints }) => numPoints > 0);
}
