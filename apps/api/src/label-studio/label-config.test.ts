import { expect, test } from 'vitest';
import { choiceText, classesByText, controlFor, readLabelConfig } from './label-config.js';

const classes = [
  { key: 'cat', name: 'A cat', hotkey: null },
  { key: 'dog', name: 'Dog', hotkey: null },
];
const controlOf = (xml: string) => controlFor(readLabelConfig(xml), classes);

const plain = `<View>
  <Image name="image" value="$image"/>
  <Choices name="animal" toName="image" choice="single"><Choice value="cat"/><Choice value="dog"/></Choices>
</View><!-- {"data": {"image": "https://example.org/1.jpg"}} -->`;

test('the choices of a configuration are the classes, by key, name or alias', () => {
  expect(controlOf(plain)).toMatchObject({ name: 'animal', toName: 'image' });
  const named = controlOf(
    `<View><Choices name="c" toName="t"><Choice value="A cat"/><Choice value="Köter" alias="dog"/></Choices></View>`,
  )!;
  expect(classes.map((one) => choiceText(named, one))).toEqual(['A cat', 'dog']);
  const byText = [...classesByText([named], classes)].map(([text, { key }]) => [text, key]);
  expect(Object.fromEntries(byText)).toEqual({
    cat: 'cat',
    'A cat': 'cat',
    dog: 'dog',
    Dog: 'dog',
    Köter: 'dog',
  });
});

test('of several controls the one that holds most of the classes is meant', () => {
  const xml = `<View>
    <Choices name="quality" toName="t"><Choice value="good"/><Choice value="dog"/></Choices>
    <Choices name="animal" toName="t"><View><Choice value="dog"/><Choice value="cat"/></View></Choices>
    <Labels name="spans" toName="t"><Label value="cat"/></Labels>
  </View>`;
  expect(readLabelConfig(xml).map(({ name }) => name)).toEqual(['quality', 'animal']);
  expect(controlOf(xml)?.name).toBe('animal');
  expect(controlOf('<View><Choices name="c" toName="t"><Choice value="bird"/></Choices></View>')).toBeNull();
  expect(controlOf('<View><Choices name="c" toName="t" value="$options"/></View>')?.name).toBe('c');
});

test('a configuration with choices without end is refused, and one with many is read', () => {
  const withChoices = (count: number) =>
    `<View><Choices name="c" toName="t">${'<Choice value="cat"/>'.repeat(count)}</Choices></View>`;
  expect(controlOf(withChoices(4999))?.choices).toHaveLength(4999);
  expect(() => readLabelConfig(withChoices(5000))).toThrow('more than 5000');
});

test('what is no XML is refused, and an entity is not expanded', () => {
  for (const xml of ['<View>', 'no tags', '<View><Choices></View>', '<View a=1/>'])
    expect(() => readLabelConfig(xml)).toThrow('no XML');
  const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><View>&b;</View>`;
  expect(() => readLabelConfig(bomb)).toThrow('no XML');
});
