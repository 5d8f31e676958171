import type { KernelConfig, ProjectSettings, RequeuePolicy, StrategyName } from '@tangent/contracts';

export type ShownKernel = Pick<KernelConfig, 'type' | 'features' | 'balanced'>;
export type ShownSettings = Pick<
  ProjectSettings,
  | 'strategy'
  | 'trigger'
  | 'requeue'
  | 'batchSize'
  | 'overlap'
  | 'controlArm'
  | 'goldShare'
  | 'holdoutShare'
  | 'leaseMs'
  | 'blind'
> & {
  readonly kernel: ShownKernel;
};

/** The defaults of the API, and a control arm: without one nobody knows what the ranking is worth. */
export const settingsAtFirst: ShownSettings = {
  strategy: 'lookahead',
  trigger: { everyLabels: 20, everyMs: null },
  requeue: { skipped: 'never', flagged: 'never' },
  batchSize: 20,
  overlap: 1,
  controlArm: 0.1,
  goldShare: 0,
  holdoutShare: 0,
  leaseMs: 300_000,
  kernel: { type: 'trace', features: 'auto', balanced: true },
  blind: false,
};

const minuteMs = 60_000;

const numberOrNull = (value: FormDataEntryValue | null): number | null =>
  value === null || String(value).trim() === '' ? null : Number(value);

/** A span of the settings as a form shows it; empty for none. */
export const minutesOf = (ms: number | null): number | '' =>
  ms === null ? '' : Number((ms / minuteMs).toPrecision(12));

/** A share as a form shows it. */
export const percentOf = (share: number): number => Number((100 * share).toPrecision(12));

const msOf = (minutes: number | null) => (minutes === null ? null : Math.round(minutes * minuteMs));

/** What `KernelFields` hold. */
export const kernelOf = (given: FormData): ShownKernel => ({
  type: given.get('kernelType') as KernelConfig['type'],
  features: given.get('kernelFeatures') as KernelConfig['features'],
  balanced: given.get('kernelBalanced') !== null,
});

/** What `SettingsFields` and the instructions beside them hold. */
export const settingsOf = (given: FormData): ShownSettings & { readonly instructions: string } => ({
  strategy: given.get('strategy') as StrategyName,
  trigger: {
    everyLabels: numberOrNull(given.get('everyLabels')),
    everyMs: msOf(numberOrNull(given.get('everyMinutes'))),
  },
  requeue: {
    skipped: given.get('requeueSkipped') as RequeuePolicy['skipped'],
    flagged: given.get('requeueFlagged') as RequeuePolicy['flagged'],
  },
  batchSize: Number(given.get('batchSize')),
  overlap: Number(given.get('overlap')),
  controlArm: Number(given.get('controlPercent')) / 100,
  goldShare: Number(given.get('goldPercent')) / 100,
  holdoutShare: Number(given.get('holdoutPercent')) / 100,
  leaseMs: Math.round(1000 * Number(given.get('leaseSeconds'))),
  kernel: kernelOf(given),
  blind: given.get('blind') !== null,
  instructions: String(given.get('instructions')).trim(),
});
