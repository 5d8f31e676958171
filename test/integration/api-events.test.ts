import { connect, type Socket } from 'node:net';
import { tellLostWorkers } from '@tangent/api';
import type { ProjectEvent } from '@tangent/contracts';
import { roundRequest } from '@tangent/contracts';
import { announce, heartbeatWorker, registerWorker, startRound, submitAnnotation } from '@tangent/database';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ask, eventually, expectProblem, join, makePerson, type Person, useApi } from './support/api.js';
import { makeProject, nobody, runRound } from './support/database.js';

const house = useApi();
let person: Person;
beforeAll(async () => {
  person = await makePerson(house);
});
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

interface Watch {
  readonly response: Response;
  /** Everything that came so far. */
  readonly text: () => string;
  readonly events: () => ProjectEvent[];
  readonly isOver: () => boolean;
}
async function watch(projectId: string): Promise<Watch> {
  const controller = new AbortController();
  cleanups.push(() => controller.abort());
  const response = await fetch(`${house.url}/v1/projects/${projectId}/events`, {
    headers: { authorization: `Bearer ${person.token}` },
    signal: controller.signal,
  });
  let text = '';
  let isOver = false;
  void (async () => {
    try {
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) text += chunk;
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    }
    isOver = true;
  })();
  const events = () =>
    [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data!) as ProjectEvent);
  return { response, text: () => text, events, isOver: () => isOver };
}
const typesOf = (watching: Watch) => watching.events().map(({ type }) => type);

async function project(): Promise<Awaited<ReturnType<typeof makeProject>>> {
  const made = await makeProject(house.db, { labels: ['a', 'b'] });
  await join(house, made.projectId, person.userId, 'annotator');
  return made;
}

describe('the stream of a project', () => {
  test('begins with the state, and goes on with what happens', async () => {
    const { projectId, itemIds, annotators } = await project();
    const { roundId } = await runRound(house.db, projectId);
    const watching = await watch(projectId);
    expect(watching.response.headers.get('content-type')).toBe('text/event-stream');
    expect(watching.response.headers.get('cache-control')).toBe('no-store');
    await eventually(() => typesOf(watching)).toEqual(['ranking.updated']);
    expect(watching.events()[0]).toMatchObject({ projectId, roundId, labelSeq: 2, numFlips: 0 });
    expect(watching.text()).toMatch(
      /^retry: 1000\n: connected\n\nid: \w+-\d+\nevent: ranking\.updated\ndata: \{/,
    );

    await submitAnnotation(house.db, {
      itemId: itemIds[3]!,
      annotatorId: annotators[0]!,
      answer: { classKey: 'a' },
    });
    await eventually(() => typesOf(watching)).toEqual(['ranking.updated', 'label.created']);
    expect(watching.events()[1]).toEqual({
      type: 'label.created',
      projectId,
      itemId: itemIds[3],
      labelSeq: 3,
    });
    const ids = [...watching.text().matchAll(/^id: \w+-(\d+)$/gm)].map(([, id]) => Number(id));
    expect(ids[1]).toBeGreaterThan(ids[0]!);

    await startRound(house.db, { projectId, request: roundRequest.parse({}), actor: nobody });
    await eventually(() => typesOf(watching)).toContain('round.progress');
    const late = await watch(projectId);
    await eventually(() => typesOf(late)).toEqual(['ranking.updated', 'round.progress']);
  });

  test('tells nothing of other projects', async () => {
    const [mine, other] = [await project(), await project()];
    const watching = await watch(mine.projectId);
    for (const { projectId } of [other, mine])
      await announce(house.db, { type: 'label.created', projectId, itemId: 'x', labelSeq: 1 });
    await eventually(() => watching.events().length).toBe(1);
    expect(watching.events()[0]).toMatchObject({ projectId: mine.projectId });
  });

  test('tells the watchers of every project once that a worker fell silent', async () => {
    const worker = { host: 'h', pid: 1, engine: 'wasm', device: 'cpu', threads: 1 };
    const { id } = await registerWorker(house.db, worker);
    const [first, second] = [await project(), await project()];
    const watching = [await watch(first.projectId), await watch(second.projectId)];
    const later = new Date(Date.now() + 20_000);
    await Promise.all([tellLostWorkers(house.db, later), tellLostWorkers(house.db, later)]);
    await tellLostWorkers(house.db, later);
    await announce(house.db, { ...created, projectId: first.projectId });
    await announce(house.db, { ...created, projectId: second.projectId });
    for (const [i, { projectId }] of [first, second].entries()) {
      await eventually(() => typesOf(watching[i]!)).toEqual(['worker.lost', 'label.created']);
      expect(watching[i]!.events()[0]).toEqual({ type: 'worker.lost', projectId, workerId: id });
    }
    await heartbeatWorker(house.db, { workerId: id, current: null });
    await tellLostWorkers(house.db, new Date(Date.now() + 20_000));
    await eventually(() => typesOf(watching[0]!)).toEqual(['worker.lost', 'label.created', 'worker.lost']);
  });

  test('tells the state anew after the connection to the database was away', async () => {
    const { projectId } = await project();
    await runRound(house.db, projectId);
    const watching = await watch(projectId);
    await eventually(() => typesOf(watching)).toEqual(['ranking.updated']);
    await house.db.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'tangent listener'`,
    );
    await eventually(() => typesOf(watching)).toEqual(['ranking.updated', 'ranking.updated']);
    await announce(house.db, { ...created, projectId });
    await eventually(() => typesOf(watching)).toContain('label.created');
    // The hub and the live replies have a connection each.
    const lost = new Error('the connection that listens for notifications was lost');
    expect(house.background.splice(0)).toEqual([lost, lost]);
  });

  test('is for members, and has no HEAD', async () => {
    const { projectId } = await project();
    const outsider = await makePerson(house);
    const url = `/v1/projects/${projectId}/events`;
    expectProblem(await ask(house, `GET ${url}`, { token: outsider.token }), 'not-found');
    expect((await ask(house, `HEAD ${url}`, { token: person.token })).status).toBe(404);
  });

  test('cuts off a reader that does not read, and nobody else', async () => {
    const { projectId } = await project();
    const watching = await watch(projectId);
    const idle = await idleReader(projectId);
    const before = await openSockets();
    const itemId = 'x'.repeat(7000);
    const numEvents = 3000;
    for (let i = 0; i < numEvents; i += 100) {
      await house.db.query(
        `SELECT pg_notify('tangent_events', json_build_object('type', 'label.created', 'projectId', $1::text,
           'itemId', $2::text || n, 'labelSeq', n)::text) FROM generate_series(1, 100) n`,
        [projectId, itemId],
      );
      await eventually(() => watching.events().length).toBe(i + 100);
    }
    await eventually(openSockets).toBe(before - 1);
    expect(watching.isOver()).toBe(false);
    expect(idle.destroyed).toBe(false);
  });
});

const created = { type: 'label.created', itemId: 'x', labelSeq: 1 } as const;

function openSockets(): Promise<number> {
  return new Promise((resolve, reject) => {
    house.app.server.getConnections((error, n) => (error ? reject(error) : resolve(n)));
  });
}

/** Asks for the events, and never reads them. */
async function idleReader(projectId: string): Promise<Socket> {
  const before = await openSockets();
  const socket = connect(Number(new URL(house.url).port), '127.0.0.1');
  cleanups.push(() => socket.destroy());
  socket.pause();
  const lines = [
    `GET /v1/projects/${projectId}/events HTTP/1.1`,
    'host: tangent',
    `authorization: Bearer ${person.token}`,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  await eventually(openSockets).toBe(before + 1);
  return socket;
}
