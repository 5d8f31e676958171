import { areFinite } from '@tangent/compute';
import type { ScoringContext, Strategy } from './strategy.js';

/**
 * Refuses what a strategy cannot work with: a part of the view that it needs and that is not there, and numbers of
 * candidates, labeled and pending items that are NaN or infinite. Comparisons with NaN are silently false, so that it
 * would select items rather than fail. `areMeansChecked`: someone else looks at the means. Throws RangeError that names strategy,
 * item and the way out.
 */
export function checkInput(
  strategy: Strategy,
  context: ScoringContext,
  pending: Int32Array,
  areMeansChecked = false,
): void {
  const { posterior, ids, numClasses: k, view } = context;
  const refuse = (what: string) => {
    throw new RangeError(`strategy ${strategy.name}: ${what}`);
  };
  for (const need of strategy.needs)
    if (view[need] === undefined)
      refuse(
        `it needs the ${need} of the items; give them in the view, or choose a strategy that does without`,
      );

  if (context.relevance && context.relevance.length !== posterior.evaluation.length)
    refuse(
      `${context.relevance.length} relevance weights for ${posterior.evaluation.length} evaluation items; give those that the posterior was built with`,
    );

  const check = (name: string, who: string, values: ArrayLike<number>, from: number, count: number) => {
    for (let i = from; i < from + count; i++)
      if (!Number.isFinite(values[i]))
        refuse(`the ${name} of ${who} hold ${values[i]}; train again, or leave the item out`);
  };
  const { mean, variance, tracked } = posterior;
  const { embeddings, outputs, draws, gram } = view;
  const has = (need: Strategy['needs'][number]) => strategy.needs.includes(need);
  const checkView = (item: number, who: string) => {
    if (gram && has('gram')) check('kernel values', who, gram.diagonal, item, 1);
    if (embeddings && has('embeddings'))
      check('embeddings', who, embeddings.values, item * embeddings.width, embeddings.width);
    if (outputs && has('outputs')) check('outputs', who, outputs, item * k, k);
  };
  // After every label, of a whole pool: two sums say that there is nothing to look for.
  const areNumbers = (areMeansChecked || areFinite(mean)) && areFinite(variance);
  if (areNumbers && !strategy.needs.some((need) => need !== 'retrain')) return;
  ids.forEach((id, i) => {
    check('predictions', id, mean, i * k, k);
    check('kernel values', id, variance, i, 1);
    const item = tracked[i]!;
    checkView(item, id);
    if (draws && has('draws'))
      check('draws', id, draws.values, item * draws.numDraws * k, draws.numDraws * k);
  });
  for (const item of posterior.observations.keys()) checkView(item, `the labeled item ${item} of the kernel`);
  for (const item of pending) checkView(item, `the pending item ${item} of the kernel`);
}

/** Throws RangeError when a score is not a number. */
export function checkScores(strategy: Strategy, ids: readonly string[], scores: Float64Array): Float64Array {
  if (areFinite(scores)) return scores;
  const bad = scores.findIndex((s) => !Number.isFinite(s));
  if (bad >= 0)
    throw new RangeError(
      `strategy ${strategy.name}: the score of ${ids[bad]} is ${scores[bad]}; the kernel or the predictions hold NaN`,
    );
  return scores;
}
