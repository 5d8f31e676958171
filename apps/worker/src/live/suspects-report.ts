import type { LiveQuestion, Suspect } from '@tangent/contracts';
import { fewestLabels, tooFewLabels } from '../compute/judge-labels.js';
import type { Loaded } from './live-context.js';
import type { Prepared, ReportContext } from './live-reports.js';

/** Labels that are judged at once: their kernel is 32 MB, and a few seconds of work. */
const mostLabels = 2000;

/** Judges every label that the live model knows by all the others. */
export function suspectsReport(
  { live, signal, once }: ReportContext,
  { round, snapshot, numLiveUpdates }: Loaded,
  { limit, after }: Extract<LiveQuestion, { kind: 'suspects' }>,
): Prepared {
  const { projectId } = round;
  const key = `${round.id} ${numLiveUpdates}`;
  const judged = once('suspects', key, async () => {
    const known = await live.compute.call('labelKernel', {
      projectId,
      mostLabels,
      numKnownWithin: [fewestLabels, Number.POSITIVE_INFINITY],
      numCandidates: 0,
      numEvaluation: 0,
    });
    if (known.kind === 'none') return { ...tooFewLabels(known.numKnown), numKnown: known.numKnown };
    const { kernel, classes, items, numKnown } = known;
    const ids = Array.from(items, (i) => snapshot.itemIds[i]!);
    const found = await live.reports.call(
      'judgeLabels',
      { kernel, classes, ids, numClasses: snapshot.classKeys.length },
      { signal, transfer: [kernel.buffer as ArrayBuffer] },
    );
    return { ...found, numKnown };
  });
  return async () => {
    const { suspects, numKnown, ...found } = await judged;
    const all = suspects.map(
      ({ id, label, other, score }): Suspect => ({
        itemId: id,
        classKey: snapshot.classKeys[label]!,
        suggested: snapshot.classKeys[other]!,
        score,
      }),
    );
    const rest = after
      ? all.filter((s) => s.score < after.score || (s.score === after.score && s.itemId > after.itemId))
      : all;
    return {
      kind: 'suspects',
      answer: {
        items: rest.slice(0, limit),
        model: { roundId: round.id, version: round.model!.number, numLiveUpdates },
        numLabels: numKnown,
        numSuspects: all.length,
        ...found,
      },
    };
  };
}
