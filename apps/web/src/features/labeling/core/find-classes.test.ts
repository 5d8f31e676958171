import { describe, expect, it } from 'vitest';
import { findClasses } from './find-classes';

const classes = ['Åland hound', 'Afghan hound', 'Greyhound', '柴犬', 'كلب', 'Hound'].map((name, index) => ({
  key: `c${index}`,
  name,
  hotkey: null,
}));
const names = (wanted: string) => findClasses(classes, wanted).map(({ name }) => name);

describe('findClasses', () => {
  it('finds by any part of the name, whatever the case and the accents, beginnings first', () => {
    expect(names('hound')).toEqual(['Hound', 'Åland hound', 'Afghan hound', 'Greyhound']);
    expect(names('ALAND')).toEqual(['Åland hound']);
    expect(names('  hound afg ')).toEqual(['Afghan hound']);
  });
  it('finds names of every script, and by key', () => {
    expect(names('柴')).toEqual(['柴犬']);
    expect(names('كل')).toEqual(['كلب']);
    expect(names('c2')).toEqual(['Greyhound']);
  });
  it('shows all when nothing is looked for, and none when nothing fits', () => {
    expect(findClasses(classes, ' ')).toBe(classes);
    expect(names('cat')).toEqual([]);
  });
});
