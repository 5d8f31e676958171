import { TangentError } from '@tangent/contracts';
import { expect, test } from 'vitest';
import { isRetryable, writeFailure } from './failures.js';

const job = { name: 'train-model', payload: { roundId: 'rnd_1', attempt: 1 } } as const;

test('an outage of the database is no verdict on a round: nothing is written, and the job comes back', async () => {
  const outage = new TangentError('database-unavailable', 'The database cannot be reached.');
  const untouched = new Proxy({} as never, {
    get: (_, name) => {
      throw new Error(`${String(name)} was asked for`);
    },
  });
  expect(isRetryable(outage)).toBe(true);
  await expect(writeFailure(untouched, job, outage)).rejects.toBe(outage);
  await expect(writeFailure(untouched, job, new RangeError('broken'))).rejects.toThrow('was asked for');
});

test('a disk or a quota that is full may have room at the next try; a file that is too large never fits', () => {
  const refused = (code: string) => Object.assign(new Error(code), { code });
  for (const code of ['ENOSPC', 'EDQUOT']) expect(isRetryable(refused(code)), code).toBe(true);
  expect(isRetryable(refused('EFBIG'))).toBe(false);
});
