import type { BodyInputOf, labelStudioPredict, labelStudioWebhook, ResponseOf } from '@tangent/contracts';
import { beforeAll, describe, expect, test } from 'vitest';
import { ask, expectProblem, join, makePerson, type Person, useApi } from './support/api.js';
import { addItems, makeProject, runRound, textItem } from './support/database.js';

// Requests as Label Studio sends them: ml/api_connector.py (health, setup, predict) and the webhook event reference.

const house = useApi();
let projectId: string;
let itemIds: readonly string[];
/** Our project's classes are a, b and c; the model of `runRound` thinks every item is b. */
const labelConfig = `<View> <Text name="text" value="$text"/>
  <Choices name="letter" toName="text"> <Choice value="a"/> <Choice value="B!" alias="b"/> <Choice value="c"/> </Choices>
</View><!-- {"data": {"text": "example"}} -->`;
let engineer: Person;
beforeAll(async () => {
  const { db } = house;
  const made = await makeProject(db, { labels: ['a', 'b'], numItems: 6 });
  projectId = made.projectId;
  await addItems(db, projectId, [textItem({ externalId: '123' }), textItem({ externalId: 'file-9' })]);
  const rows = await db.prisma.item.findMany({ where: { projectId }, orderBy: { ordinal: 'asc' } });
  itemIds = rows.map(({ id }) => id);
  engineer = await makePerson(house, { scopes: ['projects:read', 'label'] });
  await join(house, projectId, engineer.userId, 'engineer');
});

const basic = (password: string, user = 'label-studio') => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});
const headersOf = () => basic(engineer.token);
const send = <T = unknown>(name: string, body?: unknown) =>
  ask<T>(house, `${body === undefined ? 'GET' : 'POST'} /ml/${projectId}/${name}`, {
    headers: headersOf(),
    ...(body !== undefined && { body }),
  });

/** label_studio/ml/api_connector.py, setup */
const setupRequest = (schema: string) => ({
  project: '7.1700000000',
  schema,
  hostname: 'http://localhost:8080',
  access_token: 'abc123',
  extra_params: null,
});
/** label_studio/ml/api_connector.py, _prep_prediction_req; tasks by TaskSimpleSerializer */
const predictRequest = (tasks: object[]) => ({
  tasks,
  project: '7.1700000000',
  label_config: labelConfig,
  params: { login: null, password: null, hostname: 'http://localhost:8080', context: null },
});
const task = (id: number, more: object = {}) => ({
  id,
  data: { text: 'one' },
  meta: {},
  created_at: '2026-01-01T00:00:00.000000Z',
  updated_at: '2026-01-01T00:00:00.000000Z',
  is_labeled: false,
  overlap: 1,
  project: 7,
  file_upload: null,
  ...more,
});

describe('who may ask', () => {
  test('a token by Bearer, by Token and as the password of HTTP basic', async () => {
    const up = { status: 200, body: { status: 'UP', model_class: 'Tangent' } };
    for (const headers of [
      { authorization: `Bearer ${engineer.token}` },
      { authorization: `Token ${engineer.token}` },
      basic(engineer.token),
      basic(engineer.token, ''),
    ])
      expect(await ask(house, `GET /ml/${projectId}/health`, { headers })).toMatchObject(up);
  });

  test('nobody without one, and basic nowhere else', async () => {
    for (const headers of [
      {},
      basic('password'),
      basic(`tgt_${'x'.repeat(43)}`),
      { authorization: 'Basic ???' },
    ])
      expectProblem(
        await ask(house, `GET /ml/${projectId}/health`, { headers: headers as Record<string, string> }),
        'unauthenticated',
      );
    for (const headers of [basic(engineer.token), { authorization: `Token ${engineer.token}` }])
      expectProblem(await ask(house, 'GET /v1/me', { headers }), 'unauthenticated');
    expectProblem(
      await ask(house, `POST /ml/${projectId}/setup`, { body: setupRequest(labelConfig) }),
      'unauthenticated',
    );
  });
});

describe('setup and predict', () => {
  test('without a model there are no predictions, but an answer for each task', async () => {
    expect((await send('setup', setupRequest(labelConfig))).body).toEqual({ model_version: 'untrained' });
    const { status, body } = await send('predict', predictRequest([task(123), task(5)]));
    const empty = { result: [], score: 1, model_version: 'untrained' };
    expect({ status, body }).toEqual({
      status: 200,
      body: { results: [empty, empty], model_version: 'untrained' },
    });
  });

  test('a configuration without our classes is refused with what is missing', async () => {
    for (const schema of [
      '<View></View>',
      '<View><Choices name="x" toName="y"><Choice value="other"/></Choices></View>',
    ]) {
      const { detail } = expectProblem(await send('setup', setupRequest(schema)), 'unsupported-label-config');
      expect(detail).toContain('a, b, c');
    }
    expectProblem(await send('setup', setupRequest('<View>')), 'unsupported-label-config');
  });

  test('tasks get the class that the model thinks of, found by our id, an external id or their own', async () => {
    const order = itemIds.slice(2).toReversed();
    await runRound(house.db, projectId, { order });
    expect((await send('setup', setupRequest(labelConfig))).body).toEqual({ model_version: 'v1.0' });
    const tasks = [
      task(1, { meta: { itemId: itemIds[2] } }),
      task(2, { data: { text: 'one', id: itemIds[3] } }),
      task(123),
      task(4, { meta: { external_id: 'file-9' } }),
      task(999),
      task(6, { data: { itemId: itemIds[0] } }),
    ];
    const { body } = await send<ResponseOf<typeof labelStudioPredict>>('predict', predictRequest(tasks));
    const found = {
      from_name: 'letter',
      to_name: 'text',
      type: 'choices',
      value: { choices: ['b'] },
      score: 0.5,
    };
    expect(body.results.map(({ result }) => result)).toEqual([
      [found],
      [found],
      [found],
      [found],
      [],
      [found],
    ]);
    // The lower, the sooner: file-9 was imported last and leads the ranking; the labeled item is not in it.
    expect(body.results.map(({ score }) => score)).toEqual([7 / 8, 6 / 8, 1 / 8, 0, 1, 1]);
    expect(body.model_version).toBe('v1.0');
    expect(new Set(body.results.map((each) => each.model_version))).toEqual(new Set(['v1.0']));
  });

  test('bodies may be larger than elsewhere, but not without end', async () => {
    const large = (numBytes: number) => predictRequest([task(1, { data: { text: 'x'.repeat(numBytes) } })]);
    expect((await send('predict', large(2_000_000))).status).toBe(200);
    expectProblem(await send('predict', large(17_000_000)), 'payload-too-large');
    expectProblem(
      await send('predict', predictRequest(Array.from({ length: 1001 }, (_, i) => task(i)))),
      'validation-failed',
    );
  });
});

describe('annotations of Label Studio', () => {
  type Body = BodyInputOf<typeof labelStudioWebhook>;
  type Answer = ResponseOf<typeof labelStudioWebhook>;
  const project = { id: 7, title: 'New Project', label_config: labelConfig, maximum_annotations: 1 };
  /** The documented payload, with the choices of a classification and the task, which newer versions send along. */
  const event = (
    action: string,
    annotationId: number,
    choice: string | null,
    more: { itemId: string; updatedAt?: string; result?: Record<string, unknown>[] },
  ): Body => ({
    action,
    annotation: {
      id: annotationId,
      result:
        more.result ??
        (choice === null
          ? []
          : [
              {
                value: { choices: [choice] },
                id: 'WArqkkifYE',
                from_name: 'letter',
                to_name: 'text',
                type: 'choices',
              },
            ]),
      was_cancelled: choice === null && more.result === undefined,
      ground_truth: false,
      created_at: '2026-08-17T13:52:48.536303Z',
      updated_at: more.updatedAt ?? '2026-08-17T13:52:48.536370Z',
      lead_time: 37.13,
      prediction: {},
      result_count: 0,
      task: 19,
      completed_by: 1,
    },
    task: task(19, { meta: { itemId: more.itemId } }),
    project,
  });
  const tell = async (body: Body) => {
    const answered = await send<Answer>('webhook', body);
    expect(answered.status).toBe(200);
    return answered.body;
  };
  const outcomeOf = async (body: Body) => (await tell(body)).annotations.map(({ outcome }) => outcome);
  const labelOf = async (itemId: string) => {
    const item = await ask<{ status: string; label: string | null }>(house, `GET /v1/items/${itemId}`, {
      token: engineer.token,
    });
    return [item.body.status, item.body.label];
  };
  const numAnnotations = (itemId: string) => house.db.prisma.annotation.count({ where: { itemId } });

  test('created, changed and deleted: the label follows, and a repeated message changes nothing', async () => {
    const itemId = itemIds[2]!;
    const created = event('ANNOTATION_CREATED', 17, 'b', { itemId });
    const first = await tell(created);
    expect(first).toMatchObject({
      status: 'ok',
      annotations: [{ id: '17', outcome: 'applied', reason: null }],
    });
    expect(await labelOf(itemId)).toEqual(['labeled', 'b']);
    const stored = await house.db.prisma.annotation.findUniqueOrThrow({
      where: { id: first.annotations[0]!.annotationId! },
    });
    expect(stored).toMatchObject({ annotatorId: engineer.userId, classKey: 'b', wallMs: 37_130 });
    expect(await outcomeOf(created)).toEqual(['already-known']);

    const later = '2026-08-17T13:53:00.000001Z';
    const updated = event('ANNOTATION_UPDATED', 17, 'c', { itemId, updatedAt: later });
    expect(await outcomeOf(updated)).toEqual(['applied']);
    expect(await outcomeOf(updated)).toEqual(['already-known']);
    expect(await outcomeOf(created)).toEqual(['already-known']); // late, and a microsecond would do
    expect(await labelOf(itemId)).toEqual(['labeled', 'c']);
    expect(await numAnnotations(itemId)).toBe(2);

    const deleted: Body = { action: 'ANNOTATIONS_DELETED', annotations: [{ id: 17 }], project };
    expect(await outcomeOf(deleted)).toEqual(['removed']);
    expect(await outcomeOf(deleted)).toEqual(['already-known']);
    expect(await outcomeOf({ action: 'ANNOTATION_DELETED', id: 17 })).toEqual(['already-known']);
    expect(await outcomeOf(updated)).toEqual(['already-known']);
    expect(await labelOf(itemId)).toEqual(['unlabeled', null]);
  });

  test('the same message many times at once is one annotation', async () => {
    const itemId = itemIds[3]!;
    const created = event('ANNOTATION_CREATED', 30, 'a', { itemId });
    const outcomes = (await Promise.all(Array.from({ length: 8 }, () => outcomeOf(created)))).flat();
    expect(outcomes.filter((outcome) => outcome === 'applied')).toHaveLength(1);
    expect(await numAnnotations(itemId)).toBe(1);
  });

  test('a deletion that comes before what it deletes keeps it out', async () => {
    const itemId = itemIds[4]!;
    await tell({ action: 'ANNOTATIONS_DELETED', annotations: [{ id: 40 }], project });
    expect(await outcomeOf(event('ANNOTATION_CREATED', 40, 'a', { itemId }))).toEqual(['already-known']);
    expect(await labelOf(itemId)).toEqual(['unlabeled', null]);
  });

  test('a skipped task is a skip', async () => {
    const itemId = itemIds[5]!;
    expect(await outcomeOf(event('ANNOTATION_CREATED', 50, null, { itemId }))).toEqual(['applied']);
    expect(await labelOf(itemId)).toEqual(['skipped', null]);
  });

  test('several at once, and a task that is known by its id alone', async () => {
    const one = event('ANNOTATION_CREATED', 60, 'B!', { itemId: itemIds[6]! }).annotation as { id: number };
    const two = {
      ...(event('ANNOTATION_CREATED', 61, 'c', { itemId: '' }).annotation as object),
      id: 61,
      task: 123,
    };
    const many = await tell({
      action: 'ANNOTATIONS_CREATED',
      annotation: [one, two] as never,
      task: [task(19, { meta: { itemId: itemIds[6] } }), task(123)],
      project,
    });
    expect(many.annotations.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['60', 'applied'],
      ['61', 'applied'],
    ]);
    expect(await labelOf(itemIds[6]!)).toEqual(['labeled', 'b']);
    const { annotation: _, task: __, ...rest } = event('ANNOTATION_CREATED', 62, 'a', { itemId: '' });
    expect(await outcomeOf({ ...rest, annotation: { ...two, id: 62, updated_at: null } as never })).toEqual([
      'applied',
    ]);
  });

  test('the same answer for another item is an answer', async () => {
    const [one, another] = [itemIds[2]!, itemIds[4]!];
    expect(await outcomeOf(event('ANNOTATION_CREATED', 63, 'a', { itemId: one }))).toEqual(['applied']);
    const later = event('ANNOTATION_UPDATED', 63, 'a', {
      itemId: another,
      updatedAt: '2026-08-18T00:00:00Z',
    });
    expect(await outcomeOf(later)).toEqual(['applied']);
    expect(await labelOf(another)).toEqual(['labeled', 'a']);
  });

  test('a time that the database cannot hold is refused, and the farthest that it can is kept', async () => {
    const itemId = itemIds[6]!;
    const at = (updatedAt: string) => event('ANNOTATION_CREATED', 64, 'a', { itemId, updatedAt });
    for (const time of [
      '0000-12-31T00:00:00Z',
      '2026-08-17T13:52:48+16:00',
      `2026-08-17T13:52:48.${'0'.repeat(200)}Z`,
    ])
      expectProblem(await send('webhook', at(time)), 'validation-failed');
    for (const time of ['0001-01-01T00:00:00+15:59', '2026-08-17T13:52:48.123456789-15:59'])
      expect(await outcomeOf(at(time))).not.toEqual(['ignored']);
  });

  test('what says nothing that we keep is passed over with its reason', async () => {
    const itemId = itemIds[7]!;
    const region = { type: 'rectanglelabels', value: { x: 1, y: 2, rectanglelabels: ['a'] } };
    const reasons = [];
    for (const body of [
      event('ANNOTATION_CREATED', 70, 'unheard of', { itemId }),
      event('ANNOTATION_CREATED', 71, 'a', { itemId, result: [region] }),
      event('ANNOTATION_CREATED', 72, 'a', { itemId, result: [{ value: { choices: ['a', 'b'] } }] }),
      event('ANNOTATION_CREATED', 73, 'a', { itemId: 'nothing of ours' }),
    ])
      reasons.push(...(await tell(body)).annotations.map(({ outcome, reason }) => `${outcome}: ${reason}`));
    expect(reasons).toEqual([
      'ignored: no class of the project is called ["unheard of"]',
      'ignored: it has no choices among its results',
      'ignored: it has several classes; an item has one',
      'ignored: its task is no item of the project',
    ]);
    for (const action of ['START_TRAINING', 'PROJECT_UPDATED', 'TASKS_CREATED'])
      expect(await tell({ action, project })).toEqual({ status: 'ignored', annotations: [] });
  });

  test('what the house refuses is passed over with its code, and does not hold up the others', async () => {
    const other = await makePerson(house);
    await join(house, projectId, other.userId, 'annotator');
    const itemId = itemIds[7]!;
    await ask(house, `POST /v1/items/${itemId}/annotations`, { token: other.token, body: { classKey: 'a' } });
    const { annotations } = await tell(event('ANNOTATION_CREATED', 80, 'b', { itemId }));
    expect(annotations).toMatchObject([{ outcome: 'ignored', reason: 'already-annotated' }]);
  });
});
