import { expect, test } from 'vitest';
import { type AdviceInput, stoppingAdvice } from './stopping-advice.js';

const base: AdviceInput = {
  risk: 0.4,
  riskAfter: 0.3,
  numFurther: 20,
  leaveOneOut: { numRight: 80, outOf: 100 },
  heldOut: null,
};

test('advice goes by the share of the risk that the next labels take off, and tells it', () => {
  expect(stoppingAdvice(base)).toEqual({
    kind: 'go-on',
    text: 'The next 20 labels are forecast to lower the risk from 0.400 to 0.300, by 25%: worth its cost. Stop when the next 20 labels take off less than 1%.',
  });
  expect(stoppingAdvice({ ...base, riskAfter: 0.39, numFurther: 1 })).toMatchObject({
    kind: 'slowing',
    text: expect.stringMatching(/ Stop when the next label takes off less than 1%\.$/),
  });
  expect(stoppingAdvice({ ...base, riskAfter: 0.398, numFurther: 1 })).toMatchObject({
    kind: 'stop',
    text: expect.stringMatching(/^The next label is forecast to lower the risk from 0.400 to 0.398, by 0.5%/),
  });
  expect(stoppingAdvice({ ...base, risk: 0, riskAfter: 0 }).kind).toBe('stop');
});

test('it promises nothing where the labels predict each other better than the model does new items', () => {
  const easy = { ...base, heldOut: { numRight: 60, outOf: 100 } };
  expect(stoppingAdvice(easy)).toMatchObject({
    kind: 'cannot-say',
    text: expect.stringContaining('50% to 69%'),
  });
  // Picked labels are harder than the pool: that is the side of caution.
  expect(stoppingAdvice({ ...base, heldOut: { numRight: 98, outOf: 100 } }).kind).toBe('go-on');
  expect(stoppingAdvice({ ...base, heldOut: { numRight: 75, outOf: 100 } }).kind).toBe('go-on');
});
