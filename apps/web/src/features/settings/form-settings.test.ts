import { projectSettings } from '@tangent/contracts';
import { describe, expect, test } from 'vitest';
import { settingsAtFirst, settingsOf } from './form-settings';

function filled(fields: Readonly<Record<string, string>>): FormData {
  const given = new FormData();
  for (const [name, value] of Object.entries(fields)) given.set(name, value);
  return given;
}

describe('a form of settings', () => {
  test('begins with the defaults of the API, but for a control arm', () => {
    expect(projectSettings.parse({})).toMatchObject({ ...settingsAtFirst, controlArm: 0 });
    expect(settingsAtFirst.controlArm).toBeGreaterThan(0);
  });

  test('becomes what the API takes: an empty field for never, a box left empty for no', () => {
    const settings = settingsOf(
      filled({
        strategy: 'margin',
        everyLabels: ' ',
        everyMinutes: '90',
        requeueSkipped: 'last',
        requeueFlagged: 'others',
        holdoutPercent: '12.5',
        batchSize: '5',
        overlap: '2',
        controlPercent: '10',
        goldPercent: '2.5',
        leaseSeconds: '1.5',
        kernelType: 'entk',
        kernelFeatures: 'exact',
        blind: 'on',
        instructions: ' Look twice.\n',
      }),
    );
    expect(projectSettings.parse(settings)).toMatchObject({
      strategy: 'margin',
      trigger: { everyLabels: null, everyMs: 5_400_000 },
      requeue: { skipped: 'last', flagged: 'others' },
      holdoutShare: 0.125,
      batchSize: 5,
      overlap: 2,
      controlArm: 0.1,
      goldShare: 0.025,
      leaseMs: 1500,
      kernel: { type: 'entk', features: 'exact', balanced: false },
      blind: true,
      instructions: 'Look twice.',
    });
  });
});
