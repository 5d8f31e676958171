import type { KernelConfig, ProjectSettings, StrategyName } from '@tangent/contracts';

export type ShownKernel = Pick<KernelConfig, 'type' | 'features' | 'balanced'>;
export type ShownSettings = Pick<
  ProjectSettings,
  'strategy' | 'batchSize' | 'overlap' | 'controlArm' | 'leaseMs' | 'blind'
> & {
  readonly trigger: Pick<ProjectSettings['trigger'], 'everyLabels'>;
  readonly kernel: ShownKernel;
};

/** The defaults of the API, and a control arm: without one nobody knows what the ranking is worth. */
export const settingsAtFirst: ShownSettings = {
  strategy: 'lookahead',
  trigger: { everyLabels: 20 },
  batchSize: 20,
  overlap: 1,
  controlArm: 0.1,
  leaseMs: 300_000,
  kernel: { type: 'trace', features: 'auto', balanced: true },
  blind: false,
};

const numberOrNull = (value: FormDataEntryValue | null): number | null =>
  value === null || String(value).trim() === '' ? null : Number(value);

/** What `KernelFields` hold. */
export const kernelOf = (given: FormData): ShownKernel => ({
  type: given.get('kernelType') as KernelConfig['type'],
  features: given.get('kernelFeatures') as KernelConfig['features'],
  balanced: given.get('kernelBalanced') !== null,
});

/** What `SettingsFields` and the instructions beside them hold. */
export const settingsOf = (given: FormData): ShownSettings & { readonly instructions: string } => ({
  strategy: given.get('strategy') as StrategyName,
  trigger: { everyLabels: numberOrNull(given.get('everyLabels')) },
  batchSize: Number(given.get('batchSize')),
  overlap: Number(given.get('overlap')),
  controlArm: Number(given.get('controlPercent')) / 100,
  leaseMs: Math.round(1000 * Number(given.get('leaseSeconds'))),
  kernel: kernelOf(given),
  blind: given.get('blind') !== null,
  instructions: String(given.get('instructions')).trim(),
});
