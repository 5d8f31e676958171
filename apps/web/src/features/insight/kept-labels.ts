const storageKey = (projectId: string) => `tangent.kept-labels.${projectId}`;
const most = 5000;

/** A label that somebody looked at and found right, as it was then: another label is another question. */
export const keptKey = (itemId: string, classKey: string): string => `${itemId} ${classKey}`;

/** Labels that were found right in this browser. */
export function readKept(projectId: string): ReadonlySet<string> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(storageKey(projectId)) ?? '[]');
    return new Set(Array.isArray(kept) ? kept.filter((key) => typeof key === 'string') : []);
  } catch {
    return new Set();
  }
}

export function writeKept(projectId: string, kept: ReadonlySet<string>): void {
  try {
    localStorage.setItem(storageKey(projectId), JSON.stringify([...kept].slice(-most)));
  } catch {
    // Storage that is full or forbidden: they stay hidden until the page is left.
  }
}
