import { describe, expect, it, vi } from 'vitest';
import { localEntryStorage } from './entry-storage';
import { type Delivery, type EntryStorage, Outbox, type OutboxEntry } from './outbox';

interface Entry extends OutboxEntry {
  readonly text: string;
}
const entry = (localId: string, seq: number, text = localId): Entry => ({ localId, seq, text });

/** What a browser's local storage does, in memory. */
function browserStorage(): Storage {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    key: (index) => [...kept.keys()][index] ?? null,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    clear: () => kept.clear(),
  };
}

function outboxOf(deliver: (entry: Entry) => Promise<Delivery<Entry>>, storage = browserStorage()) {
  const entries: EntryStorage<Entry> = localEntryStorage<Entry>('box', storage);
  return { outbox: new Outbox<Entry>({ storage: entries, deliver, retryMs: 1 }), entries };
}

describe('the outbox', () => {
  it('delivers in order, one at a time, and forgets what was delivered', async () => {
    const log: string[] = [];
    const { outbox, entries } = outboxOf(async ({ text }) => {
      log.push(`${text} starts`);
      await Promise.resolve();
      log.push(`${text} ends`);
      return { kind: 'done' };
    });
    outbox.add(entry('a', 1));
    outbox.add(entry('b', 2));
    await vi.waitFor(() => expect(outbox.state.get().entries).toHaveLength(0));
    expect(log).toEqual(['a starts', 'a ends', 'b starts', 'b ends']);
    expect(entries.load()).toEqual([]);
  });

  it('keeps trying the first entry, and holds the others back meanwhile', async () => {
    let numTries = 0;
    const log: string[] = [];
    const { outbox } = outboxOf(async ({ text }) => {
      log.push(text);
      numTries += 1;
      return { kind: numTries < 4 ? 'later' : 'done' };
    });
    let hasStalled = false;
    outbox.state.subscribe(() => {
      hasStalled ||= outbox.state.get().isStalled;
    });
    outbox.add(entry('a', 1));
    outbox.add(entry('b', 2));
    await vi.waitFor(() => expect(outbox.state.get().entries).toHaveLength(0));
    expect(log).toEqual(['a', 'a', 'a', 'a', 'b']);
    expect(hasStalled).toBe(true);
    expect(outbox.state.get().isStalled).toBe(false);
  });

  it('keeps entries over a reload, in their order', async () => {
    const storage = browserStorage();
    const first = outboxOf(async () => ({ kind: 'later' }), storage).outbox;
    first.add(entry('b', 2));
    first.add(entry('c', 3));
    first.stop();
    localEntryStorage<Entry>('box', storage).put(entry('a', 1));
    localEntryStorage<Entry>('another', storage).put(entry('x', 0));

    const log: string[] = [];
    const second = outboxOf(async ({ text }) => {
      log.push(text);
      return { kind: 'done' };
    }, storage).outbox;
    await second.run();
    expect(log).toEqual(['a', 'b', 'c']);
  });

  it('takes back what was not sent, and not what is on its way', async () => {
    let finish: (delivery: Delivery<Entry>) => void = () => undefined;
    const { outbox } = outboxOf(
      () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    );
    outbox.add(entry('a', 1));
    outbox.add(entry('b', 2));
    expect(outbox.cancel('a')).toBe(false);
    expect(outbox.cancel('b')).toBe(true);
    expect(outbox.cancel('unknown')).toBe(false);
    finish({ kind: 'done' });
    await vi.waitFor(() => expect(outbox.state.get().entries).toHaveLength(0));
  });

  it('does not take back what was tried, also in an earlier page: it may have arrived', async () => {
    const storage = browserStorage();
    let numTries = 0;
    const first = outboxOf(async () => {
      numTries += 1;
      return { kind: 'later' };
    }, storage).outbox;
    first.add(entry('a', 1));
    first.add(entry('b', 2));
    await vi.waitFor(() => expect(numTries).toBeGreaterThan(1));
    expect(first.cancel('a')).toBe(false);
    first.stop();

    const second = outboxOf(async () => ({ kind: 'done' }), storage).outbox;
    expect(second.cancel('a')).toBe(false);
    expect(second.cancel('b')).toBe(true);
  });

  it('tries an entry at once in the form that the delivery asks for', async () => {
    const log: string[] = [];
    const { outbox } = outboxOf(async (one) => {
      log.push(one.text);
      return one.text === 'with lease'
        ? { kind: 'instead', entry: { ...one, text: 'without lease' } }
        : { kind: 'done' };
    });
    outbox.add(entry('a', 1, 'with lease'));
    await vi.waitFor(() => expect(outbox.state.get().entries).toHaveLength(0));
    expect(log).toEqual(['with lease', 'without lease']);
  });

  it('lives on when the browser has no room to keep an entry', async () => {
    const full: Storage = {
      ...browserStorage(),
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError');
      },
    };
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const delivered: string[] = [];
    const { outbox } = outboxOf(async ({ text }) => {
      delivered.push(text);
      return { kind: 'done' };
    }, full);
    outbox.add(entry('a', 1));
    await vi.waitFor(() => expect(delivered).toEqual(['a']));
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('cannot be kept'), expect.anything());
    warned.mockRestore();
  });
});
