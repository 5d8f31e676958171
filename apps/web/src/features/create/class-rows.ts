/** A class while it is being typed in. */
export interface ClassRow {
  readonly id: number;
  readonly name: string;
  /** As it stands in files and in the API; null: made of the name. */
  readonly key: string | null;
  readonly hotkey: string;
}

let nextId = 1;
export function newRow(name = ''): ClassRow {
  nextId += 1;
  return { id: nextId, name, key: null, hotkey: '' };
}

/** The key of a class: its name, without what a key may not hold. */
export const keyOf = ({ name, key }: Pick<ClassRow, 'name' | 'key'>): string =>
  key ?? name.trim().replace(/[/\\]+/g, '-');

/** Names that were pasted, one a line or between commas. */
export const namesIn = (text: string): string[] =>
  text
    .split(/[\n,;\t]+/)
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** Puts pasted names in the place of one row. */
export function pasteNames(rows: readonly ClassRow[], at: number, text: string): readonly ClassRow[] {
  const [first = '', ...rest] = namesIn(text);
  return [
    ...rows.slice(0, at),
    { ...rows[at]!, name: first },
    ...rest.map((name) => newRow(name)),
    ...rows.slice(at + 1).filter(({ name }) => name.trim() !== ''),
  ];
}

export interface NewClass {
  readonly key: string;
  readonly name: string;
  readonly hotkey: string | null;
}

/** The classes as the API takes them; rows without a name are passed over. */
export const classesOf = (rows: readonly ClassRow[]): NewClass[] =>
  rows
    .filter(({ name }) => name.trim() !== '')
    .map((row) => ({
      key: keyOf(row),
      name: row.name.trim(),
      hotkey: row.hotkey.trim() === '' ? null : row.hotkey.trim().toLowerCase(),
    }));

/** What is wrong with the classes, in a sentence; null: nothing. */
export function faultOf(classes: readonly NewClass[]): string | null {
  if (classes.length < 2) return 'A project needs at least two classes.';
  const keys = new Set<string>();
  const hotkeys = new Set<string>();
  for (const { key, name, hotkey } of classes) {
    if (keys.has(key)) return `“${key}” is there twice. Give each class a key of its own.`;
    if (hotkey !== null && hotkeys.has(hotkey))
      return `The hotkey “${hotkey}” of “${name}” is taken already.`;
    keys.add(key);
    if (hotkey !== null) hotkeys.add(hotkey);
  }
  return null;
}
