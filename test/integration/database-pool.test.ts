import {
  getItem,
  getItemMedia,
  labelEventsSince,
  leaseNext,
  listItems,
  loadContents,
  openExport,
  readPool,
  submitAnnotation,
} from '@tangent/database';
import { describe, expect, test } from 'vitest';
import {
  addItems,
  codeOf,
  collect,
  makeProject,
  runRound,
  textItem,
  unlabeledIds,
  useDatabase,
} from './support/database.js';

const house = useDatabase({ maxConnections: 20 });
const labels = ['a', 'b'];

const media = {
  sha256: 'f'.repeat(64),
  mimeType: 'image/png',
  width: 28,
  height: 28,
  channels: 1,
  numBytes: 300,
};

describe('inserting', () => {
  test('texts, vectors and images come back as they went in, in any order', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { numItems: 0 });
    const vectors = [Float32Array.of(1.5, -2, 0.1), Float32Array.of(4, 0, -1)];
    await addItems(db, projectId, [
      {
        text: 'quotes " and \\ and ünïcode 🙂, and a comma',
        contentHash: 'h1',
        externalId: 'x',
        data: { a: [1, null] },
      },
      { vector: vectors[0]!, contentHash: 'h2' },
      { media, contentHash: 'h3' },
      { vector: vectors[1]!, contentHash: 'h4' },
      { media, contentHash: 'h5', classKey: 'a' },
    ]);
    const ids = await db.prisma.item.findMany({
      where: { projectId },
      orderBy: { ordinal: 'asc' },
      select: { id: true },
    });
    const [text, vector, image, short, labeled] = ids.map(({ id }) => id) as [
      string,
      string,
      string,
      string,
      string,
    ];
    const contents = await loadContents(db, [short, text, image, vector]);
    expect(contents.map(({ id }) => id)).toEqual([short, text, image, vector]);
    expect(contents[0]!.vector).toEqual(vectors[1]);
    expect(contents[1]).toEqual({
      id: text,
      externalId: 'x',
      text: 'quotes " and \\ and ünïcode 🙂, and a comma',
      vector: null,
      media: null,
      data: { a: [1, null] },
    });
    expect(contents[2]!.media).toEqual(media);
    expect(contents[3]!.vector).toEqual(vectors[0]);
    expect(await getItemMedia(db, image)).toEqual(media);
    expect(await getItemMedia(db, text)).toBeNull();
    expect(await getItem(db, labeled)).toMatchObject({ status: 'labeled', label: 'a', isHoldout: false });
    expect(await codeOf(loadContents(db, [text, 'itm_none']))).toBe('not-found');
    expect(ids.map(({ id }) => id)).toEqual(ids.map(({ id }) => id).toSorted());
  });

  test.each([{ expectsDuplicates: true }, { expectsDuplicates: false }])(
    'duplicates by id or content are told apart and left out, within a batch and across: $expectsDuplicates',
    async (options) => {
      const { db } = house;
      const { projectId } = await makeProject(db, { numItems: 0 });
      await addItems(db, projectId, [textItem({ contentHash: 'c1', externalId: 'e1' })], options);
      const again = [
        textItem({ contentHash: 'c1' }),
        textItem({ contentHash: 'c2', externalId: 'e1' }),
        textItem({ contentHash: 'c3', externalId: 'e3' }),
        textItem({ contentHash: 'c4', externalId: 'e3' }),
        textItem({ contentHash: 'c3' }),
        textItem({ contentHash: 'c5' }),
      ];
      const result = await addItems(db, projectId, again, options);
      expect(result).toEqual({
        numCreated: 2,
        duplicates: [
          { row: 0, reason: 'content' },
          { row: 1, reason: 'external-id' },
          { row: 3, reason: 'external-id' },
          { row: 4, reason: 'content' },
        ],
      });
      const items = await db.prisma.item.findMany({ where: { projectId }, orderBy: { ordinal: 'asc' } });
      expect(items.map(({ ordinal, contentHash }) => [ordinal, contentHash])).toEqual([
        [0, 'c1'],
        [1, 'c3'],
        [2, 'c5'],
      ]);
    },
  );

  test('labels that come with items are events; those of held-out items are not', async () => {
    const { db } = house;
    const { projectId, itemIds } = await makeProject(db, { labels, numItems: 1, holdout: ['c'] });
    expect(await labelEventsSince(db, { projectId, seq: 0, limit: 10 })).toMatchObject([
      { seq: 1, itemId: itemIds[0], classKey: 'a' },
      { seq: 2, itemId: itemIds[1], classKey: 'b' },
    ]);
    const { labelSeq, rows } = await readPool(db, projectId, async (pool) => ({
      labelSeq: pool.labelSeq,
      rows: await collect(pool.rows),
    }));
    expect(labelSeq).toBe(2);
    const row = { isRandom: true, isHoldout: false, skip: null };
    expect(rows).toEqual([
      { ...row, itemId: itemIds[0], classKey: 'a' },
      { ...row, itemId: itemIds[1], classKey: 'b' },
      { ...row, itemId: itemIds[2], classKey: null, isRandom: false },
      { ...row, itemId: itemIds[3], classKey: 'c', isHoldout: true },
    ]);
  });

  test('imports of one project at once neither lose nor double an ordinal or an event', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { numItems: 0 });
    await Promise.all(
      Array.from({ length: 8 }, () =>
        addItems(db, projectId, [textItem({ classKey: 'a' }), textItem(), textItem({ classKey: 'b' })]),
      ),
    );
    const ordinals = await db.prisma.item.findMany({ where: { projectId }, orderBy: { ordinal: 'asc' } });
    expect(ordinals.map(({ ordinal }) => ordinal)).toEqual(Array.from({ length: 24 }, (_, i) => i));
    const events = await labelEventsSince(db, { projectId, seq: 0, limit: 100 });
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
  });
});

describe('listing', () => {
  async function listAll(projectId: string, more: Partial<Parameters<typeof listItems>[1]>) {
    const items: Awaited<ReturnType<typeof listItems>>['items'] = [];
    let cursor: string | undefined;
    do {
      const page = await listItems(house.db, { projectId, order: 'created', limit: 2, cursor, ...more });
      items.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return items;
  }

  test('items are listed by import or by rank, by status, and the held-out ones apart', async () => {
    const { db } = house;
    const { projectId, annotators, itemIds } = await makeProject(db, {
      labels,
      numItems: 5,
      holdout: ['c', 'c'],
    });
    const { order } = await runRound(db, projectId);
    const late = await addItems(db, projectId, [textItem()]);
    expect(late.numCreated).toBe(1);
    const all = await unlabeledIds(db, projectId);
    const ids = (items: { id: string }[]) => items.map(({ id }) => id);

    const created = await listAll(projectId, {});
    expect(ids(created)).toEqual([...itemIds.slice(0, 2), ...all]);
    expect(created[2]).toMatchObject({ rank: 5, score: 1 - 4 / 16, status: 'unlabeled' });
    expect(created[0]).toMatchObject({ rank: null, score: null, status: 'labeled', label: 'a' });
    const ranked = await listAll(projectId, { order: 'rank' });
    expect(ids(ranked)).toEqual([...order, ...itemIds.slice(0, 2), all.at(-1)]);
    expect(ranked.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, null, null, null]);
    expect(ranked[1]!.score).toBe(1 - 1 / 16);
    expect(ids(await listAll(projectId, { holdout: true }))).toEqual(itemIds.slice(7));

    await leaseNext(db, { projectId, annotatorId: annotators[0]!, count: 2 });
    expect(ids(await listAll(projectId, { status: 'leased', order: 'rank' }))).toEqual(order.slice(0, 2));
    const unlabeled = await listAll(projectId, { status: 'unlabeled', order: 'rank' });
    expect(unlabeled.map(({ status }) => status)).toEqual([
      'leased',
      'leased',
      ...Array(4).fill('unlabeled'),
    ]);
    expect(ids(await listAll(projectId, { status: 'labeled' }))).toEqual(itemIds.slice(0, 2));
    expect(await listAll(projectId, { status: 'skipped' })).toEqual([]);
    expect(ids(await listAll(projectId, { label: 'b' }))).toEqual([itemIds[1]]);
    expect(ids(await listAll(projectId, { label: 'c', holdout: true, order: 'rank' }))).toEqual(
      itemIds.slice(7),
    );
    const page = { projectId, order: 'rank' as const, limit: 2 };
    expect(await codeOf(listItems(db, { ...page, cursor: 'WzFd' }))).toBe('validation-failed');
  });
});

describe('searching', () => {
  test('finds texts and own ids whatever the case, and takes wildcards as they are', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { numItems: 0 });
    const texts = ['100% Cotton', '100 percent cotton', 'a_b \\ c', 'aXb'];
    await addItems(
      db,
      projectId,
      texts.map((text, n) => ({ text, contentHash: `${projectId} ${text}`, externalId: `ROW-${n}` })),
    );
    const found = async (text: string, order: 'created' | 'rank' = 'created') =>
      (await listItems(db, { projectId, order, limit: 10, text })).items.map((item) => item.text);
    expect(await found('cotton')).toEqual(texts.slice(0, 2));
    expect(await found('100% c')).toEqual([texts[0]]);
    expect(await found('a_b')).toEqual([texts[2]]);
    expect(await found('\\')).toEqual([texts[2]]);
    expect(await found('row-3', 'rank')).toEqual([texts[3]]);
    expect(await found('nothing like this')).toEqual([]);
  });
});

describe('exporting', () => {
  test('an export is one moment, whatever happens while it is read', async () => {
    const { db } = house;
    const { projectId, annotators, itemIds } = await makeProject(db, {
      labels,
      numItems: 8,
      numAnnotators: 2,
    });
    const submit = (i: number, classKey: string, flag = false) =>
      submitAnnotation(db, { itemId: itemIds[i]!, annotatorId: annotators[0]!, answer: { classKey }, flag });
    const { annotation } = await submit(2, 'c', true);
    const snapshot = await openExport(db, projectId);
    const batches = snapshot.batches({}, { maxRows: 3 });
    const first = (await batches.next()).value!;
    expect(first).toHaveLength(3);
    await submit(3, 'c');
    await addItems(db, projectId, [textItem()]);
    const all = [...first, ...(await collect(batches)).flat()];
    // As often as a format needs, and still of that moment.
    expect((await collect(snapshot.batches())).flat()).toEqual(all);
    expect((await snapshot.count()).numItems).toBe(10);
    await snapshot.close();
    expect(all.map(({ id }) => id)).toEqual(itemIds);
    expect(all.map(({ label }) => label)).toEqual(['a', 'b', 'c', ...Array(7).fill(null)]);
    expect(all[0]).toMatchObject({ labelSource: 'import', annotations: [] });
    expect(all[2]!.annotations).toEqual([
      {
        id: annotation.id,
        annotatorId: annotators[0],
        annotatorEmail: expect.stringContaining('@'),
        classKey: 'c',
        skip: null,
        flag: true,
        activeMs: null,
        wallMs: null,
        createdAt: annotation.createdAt,
      },
    ]);
    const later = await openExport(db, projectId);
    expect((await collect(later.batches())).flat()).toHaveLength(11);
    await later.close();
  });

  test('a batch has few rows where rows are large', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { numItems: 5 });
    await addItems(
      db,
      projectId,
      ['x', 'y', 'z'].map((letter) => textItem({ text: letter.repeat(1000) })),
    );
    const snapshot = await openExport(db, projectId);
    const batches = await collect(snapshot.batches({}, { maxRows: 4, maxBytes: 1500 }));
    expect(batches.map((rows) => rows.length)).toEqual([4, 2, 1, 1]);
    await snapshot.close();
  });

  test('an export that is left gives its connection back', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { numItems: 20 });
    const snapshot = await openExport(db, projectId);
    for await (const rows of snapshot.batches({}, { maxRows: 5 })) {
      expect(rows).toHaveLength(5);
      break;
    }
    await snapshot.close();
    expect(db.pool.totalCount).toBe(db.pool.idleCount);
    expect(await codeOf(openExport(db, 'prj_none'))).toBe('not-found');
    expect(db.pool.totalCount).toBe(db.pool.idleCount);
  });

  test('an export whose connection is cut while nobody reads ends with its next read, and nothing else does', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { numItems: 20 });
    const snapshot = await openExport(db, projectId);
    const batches = snapshot.batches({}, { maxRows: 5 });
    await batches.next();
    const whose = `application_name = 'tangent' AND state = 'idle in transaction' AND query LIKE 'FETCH %'`;
    const cut = () =>
      db.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND ${whose}`);
    expect(await cut()).toHaveLength(1);
    await expect.poll(cut).toEqual([]);
    expect(await codeOf(collect(batches))).toBe('database-unavailable');
    await snapshot.close();
    expect(db.pool.totalCount).toBe(db.pool.idleCount);
    expect((await getItem(db, (await unlabeledIds(db, projectId))[0]!)).status).toBe('unlabeled');
  });
});
