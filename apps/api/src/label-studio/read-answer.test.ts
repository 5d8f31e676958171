import { labelStudioAnnotation } from '@tangent/contracts';
import { expect, test } from 'vitest';
import { readLabelConfig } from './label-config.js';
import { answerReader } from './read-answer.js';

const classes = [
  { key: 'cat', name: 'A cat', hotkey: null },
  { key: 'dog', name: 'Dog', hotkey: null },
];
const xml = `<View>
  <Choices name="seen" toName="t"><Choice value="dog"/><Choice value="nothing"/></Choices>
  <Choices name="animal" toName="t"><Choice value="Kitty" alias="cat"/><Choice value="dog"/></Choices>
</View>`;
const chosen = (from_name: string | undefined, ...choices: string[]) => ({ from_name, value: { choices } });
const read = (config: string, ...result: object[]) =>
  answerReader(readLabelConfig(config), classes)(labelStudioAnnotation.parse({ id: 1, result }));

test('the answer is that of the control which gets the predictions, wherever it stands', () => {
  const cat = { kind: 'answer', answer: { classKey: 'cat' } };
  expect(read(xml, chosen('seen', 'dog'), chosen('animal', 'cat'))).toEqual(cat);
  expect(read(xml, chosen('seen', 'dog'))).toMatchObject({ kind: 'none' });
  expect(read('<View/>', chosen('any', 'A cat'))).toEqual(cat);
  expect(read(xml, chosen(undefined, 'Kitty'))).toEqual(cat);
});

test('of what is no class the reason shows the beginning', () => {
  const none = read(xml, chosen('animal', 'x'.repeat(1000), 'bird'));
  expect(none).toMatchObject({ kind: 'none', reason: expect.stringContaining('x","bird"]') });
  expect(JSON.stringify(none).length).toBeLessThan(250);
  const nested = { from_name: 'animal', value: { choices: [['pets', 'cat']] } };
  expect(read(xml, nested)).toMatchObject({ kind: 'none' });
});

test('an annotation has at most 1,000 results, of at most 1,000 choices', () => {
  const parse = (result: object[]) => labelStudioAnnotation.safeParse({ id: 1, result }).success;
  const choices = (count: number) => chosen('animal', ...Array<string>(count).fill('cat'));
  expect(parse(Array(1000).fill(choices(1)))).toBe(true);
  expect(parse([choices(1001)])).toBe(false);
  expect(parse(Array(1001).fill(choices(1)))).toBe(false);
});
