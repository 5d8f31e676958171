import type { EntryStorage, OutboxEntry } from './outbox';

/**
 * Entries in the browser’s local storage, one key each, so that two tabs of one person do not overwrite each
 * other’s. Both may deliver an entry after a reload: its idempotency key makes that one delivery.
 */
export function localEntryStorage<E extends OutboxEntry>(prefix: string, storage: Storage): EntryStorage<E> {
  const keyOf = (localId: string) => `${prefix}.${localId}`;
  return {
    load() {
      const entries: E[] = [];
      for (let index = 0; index < storage.length; index += 1) {
        const key = storage.key(index);
        const text = key?.startsWith(`${prefix}.`) ? storage.getItem(key) : null;
        if (text !== null) entries.push(JSON.parse(text) as E);
      }
      return entries;
    },
    put(entry) {
      try {
        storage.setItem(keyOf(entry.localId), JSON.stringify(entry));
      } catch (error) {
        // Full, or forbidden by the browser: the entry then lives as long as the page, which is better than not at all.
        console.warn(`answer ${entry.localId} cannot be kept for a reload`, error);
      }
    },
    remove: (localId) => storage.removeItem(keyOf(localId)),
  };
}
