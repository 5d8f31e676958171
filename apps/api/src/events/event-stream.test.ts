import type { ProjectEvent } from '@tangent/contracts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EventHub, Watcher } from './event-hub.js';
import { eventStream } from './event-stream.js';

const event = (labelSeq: number): ProjectEvent => ({
  type: 'label.created',
  projectId: 'p',
  itemId: 'i',
  labelSeq,
});

/** A stream with everything that it has said, and its watcher. */
function open(more: { state?: () => Promise<ProjectEvent[]>; mayWatch?: () => Promise<boolean> } = {}) {
  const watchers: Watcher[] = [];
  const hub: EventHub = {
    watch(_projectId, watcher) {
      watchers.push(watcher);
      return () => watchers.splice(watchers.indexOf(watcher), 1);
    },
    lastId: () => 'run-0',
    close: async () => {},
  };
  const errors: unknown[] = [];
  const stream = eventStream({
    projectId: 'p',
    hub,
    currentState: more.state ?? (async () => []),
    mayWatch: more.mayWatch ?? (async () => true),
    onError: (error) => errors.push(error),
  });
  let said = '';
  stream.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const seqs = () => [...said.matchAll(/"labelSeq":(\d+)/g)].map(([, seq]) => Number(seq));
  return { stream, watchers, errors, said: () => said, seqs };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('events that come while the state is being read follow it', async () => {
  let tell: (state: ProjectEvent[]) => void = () => {};
  const { stream, watchers, seqs } = open({
    state: () =>
      new Promise((resolve) => {
        tell = resolve;
      }),
  });
  watchers[0]!.onEvent(event(2), 'run-1');
  tell([event(1)]);
  await settle();
  watchers[0]!.onEvent(event(3), 'run-2');
  await settle();
  expect(seqs()).toEqual([1, 2, 3]);
  stream.destroy();
});

test('after a gap the state is told again', async () => {
  let seq = 0;
  const { stream, watchers, seqs } = open({ state: async () => [event(++seq)] });
  await settle();
  watchers[0]!.onGap();
  await settle();
  expect(seqs()).toEqual([1, 2]);
  stream.destroy();
});

test('a state that cannot be read ends the stream, so that its reader connects again', async () => {
  const { stream, errors } = open({ state: () => Promise.reject(new Error('the database is away')) });
  await settle();
  expect(errors).toEqual([new Error('the database is away')]);
  expect(stream.writableEnded).toBe(true);
});

test('a sign of life comes every 15 s, and stops with the stream', async () => {
  const { stream, watchers, said } = open();
  vi.advanceTimersByTime(45_000);
  await settle();
  expect(said().match(/^: still here$/gm)).toHaveLength(3);
  stream.destroy();
  await settle();
  expect(watchers).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

test('whoever may not watch any more is shown out within a minute; an outage shows nobody out', async () => {
  let answer: () => Promise<boolean> = () => Promise.reject(new Error('the database is away'));
  const { stream, errors } = open({ mayWatch: () => answer() });
  vi.advanceTimersByTime(60_000);
  await settle();
  expect(errors).toHaveLength(1);
  expect(stream.writableEnded).toBe(false);
  answer = async () => false;
  vi.advanceTimersByTime(60_000);
  await settle();
  expect(stream.writableEnded).toBe(true);
});

test('a reader that lets a megabyte pile up is cut off', async () => {
  const { stream, watchers } = open();
  await settle();
  stream.pause();
  const large = { ...event(1), itemId: 'x'.repeat(100_000) } as ProjectEvent;
  for (let i = 0; i < 40; i++) watchers[0]?.onEvent(large, `run-${i}`);
  expect(stream.destroyed).toBe(true);
});
