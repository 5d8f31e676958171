import { randomInt } from 'node:crypto';
import type { ProjectSettings, RoundConfig, RoundRequest } from '@tangent/contracts';
import { defaultShardSize } from '@tangent/labeling';

export interface ConfigOptions {
  /** Items a shard; default 1,000. */
  readonly shardSize?: number;
}

/**
 * Everything that a round depends on beside its seed and its pool: what the request names, else the project's settings.
 * The model of a warm start is for whoever knows the rounds before.
 */
export function resolveRoundConfig(
  settings: ProjectSettings,
  request: RoundRequest,
  { shardSize = defaultShardSize }: ConfigOptions = {},
): RoundConfig {
  return {
    strategy: request.strategy ?? settings.strategy,
    batchSize: request.batchSize ?? settings.batchSize,
    kernel: { ...settings.kernel, ...given(request.kernel) },
    norm: request.norm,
    evaluationSize: request.evaluation.size,
    candidatesSize: request.candidates?.size ?? null,
    model: { ...settings.model, ...given(request.model) },
    warmStartFrom: null,
    ridgeRelative: request.ridge ?? null,
    prefilter: request.prefilter ?? null,
    relevance: settings.relevance,
    text: settings.text,
    backbone: settings.backbone,
    controlArm: settings.controlArm,
    shardSize,
  };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The fields that are there: one that is set to undefined must not hide the project's. */
function given<T extends object>(change: T | undefined): Given<T> {
  const entries = Object.entries(change ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Given<T>;
}

/** 0 … 2^31 − 2, as the contract allows. */
export function drawSeed(): number {
  return randomInt(2 ** 31 - 1);
}
