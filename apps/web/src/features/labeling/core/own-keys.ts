import { type Command, commandNames, noOwnKeys, type OwnKeys } from './key-map';

/** The keys of a person in a project, kept by the browser. What cannot be read counts as none. */
export function loadOwnKeys(name: string, storage: Storage): OwnKeys {
  const text = storage.getItem(name);
  if (text === null) return noOwnKeys;
  try {
    const kept = JSON.parse(text) as Partial<Record<keyof OwnKeys, unknown>> | null;
    const commands = Object.entries(keysIn(kept?.commands)).filter(([command]) =>
      commandNames.includes(command as Command),
    );
    return { classes: keysIn(kept?.classes), commands: Object.fromEntries(commands) };
  } catch (error) {
    console.warn(`the own keys ${name} cannot be read`, error);
    return noOwnKeys;
  }
}

export function saveOwnKeys(name: string, own: OwnKeys, storage: Storage): void {
  try {
    if (hasOwnKeys(own)) storage.setItem(name, JSON.stringify(own));
    else storage.removeItem(name);
  } catch (error) {
    // Full, or forbidden by the browser: they then hold as long as the page.
    console.warn(`the own keys ${name} cannot be kept`, error);
  }
}

export const hasOwnKeys = ({ classes, commands }: OwnKeys): boolean =>
  Object.keys(classes).length > 0 || Object.keys(commands).length > 0;

function keysIn(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {};
  const pairs = Object.entries(value).filter(([, key]) => typeof key === 'string' && [...key].length === 1);
  return Object.fromEntries(pairs as [string, string][]);
}
