import type { Project } from '@tangent/contracts';
import { useMemo, useState } from 'react';
import { type KeyMap, keyMapOf, type OwnKeys } from './core/key-map';
import { loadOwnKeys, saveOwnKeys } from './core/own-keys';

interface UsedKeys {
  readonly keys: KeyMap;
  /** What this person chose; the rest of `keys` are default ones. */
  readonly own: OwnKeys;
  readonly change: (own: OwnKeys) => void;
}

/** The keys of a person in a project, kept in this browser. */
export function useKeyMap({ id, classes }: Project, userId: string): UsedKeys {
  const name = `tangent.keys.${userId}.${id}`;
  const [own, setOwn] = useState(() => loadOwnKeys(name, window.localStorage));
  const keys = useMemo(() => keyMapOf(classes, own), [classes, own]);
  const change = (next: OwnKeys) => {
    saveOwnKeys(name, next, window.localStorage);
    setOwn(next);
  };
  return { keys, own, change };
}
