import { scoreCold, selectCold, untrainedNetwork } from './cold-start.js';
import { computeFeatures } from './compute-features.js';
import { embed } from './embed.js';
import { fitTexts } from './fit-texts.js';
import { forecastLabels } from './forecast-labels.js';
import { judgeLabels } from './judge-labels.js';
import { kernelLab } from './kernel-lab.js';
import { labelKernel } from './label-kernel.js';
import { explainLive, whatIfLive } from './live-answers.js';
import { applyLive } from './live-changes.js';
import { rankLiveState } from './live-ranking.js';
import { dropLive, loadLive, settleLive } from './live-state.js';
import { layOutLandmarks, pickFeatures, placeShard } from './pool-map.js';
import { scoreShard } from './score-shard.js';
import { selectFromPool } from './select-from-pool.js';
import { trainRound } from './train-round.js';
import { weighRelevance } from './weigh-relevance.js';

/** Everything that a compute thread does: numbers in, numbers out. */
export const handlers = {
  embed,
  fitTexts,
  trainRound,
  untrainedNetwork,
  computeFeatures,
  weighRelevance,
  scoreShard,
  scoreCold,
  selectFromPool,
  selectCold,
  loadLive,
  applyLive,
  rankLive: rankLiveState,
  settleLive,
  whatIfLive,
  explainLive,
  dropLive,
  labelKernel,
  judgeLabels,
  forecastLabels,
  kernelLab,
  pickFeatures,
  layOutLandmarks,
  placeShard,
};
export type Handlers = typeof handlers;
