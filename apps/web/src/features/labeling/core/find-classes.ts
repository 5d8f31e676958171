import type { ProjectClass } from '@tangent/contracts';

const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();

/**
 * The classes whose name or key holds every word that is looked for, accents and case aside: those that begin with it
 * first, then in their own order. All of them when nothing is looked for.
 */
export function findClasses(classes: readonly ProjectClass[], wanted: string): readonly ProjectClass[] {
  const words = plain(wanted)
    .split(/\s+/)
    .filter((word) => word !== '');
  const [start] = words;
  if (start === undefined) return classes;
  const fitting = classes
    .map((each) => ({ each, name: plain(each.name), key: plain(each.key) }))
    .filter(({ name, key }) => words.every((word) => name.includes(word) || key.includes(word)));
  const begins = ({ name, key }: (typeof fitting)[number]) => name.startsWith(start) || key.startsWith(start);
  return [...fitting.filter(begins), ...fitting.filter((fit) => !begins(fit))].map(({ each }) => each);
}
