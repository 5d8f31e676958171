import type { QueueMessage } from '@tangent/contracts';
import {
  commitImportBatch,
  createImport,
  type Database,
  failOperation,
  finishImport,
  getImport,
  getOperation,
  getProject,
  listRounds,
  messagesUnderWay,
  relayOutbox,
  updateProject,
} from '@tangent/database';
import { describe, expect, test } from 'vitest';
import { codeOf, makeProject, nobody, textItem, useDatabase } from './support/database.js';

const house = useDatabase({ maxConnections: 20 });

describe('imports', () => {
  async function begin(db: Database, settings: Record<string, unknown> = {}, isDryRun = false) {
    const { projectId, annotators } = await makeProject(db, { numItems: 0, settings });
    const operation = await createImport(db, {
      projectId,
      format: 'jsonl',
      fileName: 'rows.jsonl',
      fileKey: 'blob',
      isDryRun,
      actor: { userId: annotators[0]! },
    });
    return { projectId, operationId: operation.id };
  }
  const batch = (operationId: string, fromRow: number, toRow: number, rows = [textItem()]) => ({
    operationId,
    fromRow,
    toRow,
    items: rows,
    numFailed: toRow - fromRow - rows.length,
    errors: Array.from({ length: toRow - fromRow - rows.length }, (_, i) => ({
      line: fromRow + i + 1,
      code: 'bad-row',
      detail: 'bad',
    })),
  });

  test('an operation is told to the queue, and its file and checkpoint are kept', async () => {
    const { db } = house;
    const { projectId, operationId } = await begin(db);
    expect(await getImport(db, operationId)).toMatchObject({
      projectId,
      projectType: 'text',
      format: 'jsonl',
      fileKey: 'blob',
      numRowsDone: 0,
      classes: [{ key: 'a' }, { key: 'b' }, { key: 'c' }],
    });
    const { operationId: other } = await begin(db, { holdoutShare: 0.2 });
    const { projectId: ofOther, holdoutShare } = await getImport(db, other);
    expect(holdoutShare).toBe(0.2);
    // An import that goes on draws as it began.
    await updateProject(db, { projectId: ofOther, settings: { holdoutShare: 0.5 }, actor: nobody });
    expect((await getImport(db, other)).holdoutShare).toBe(0.2);
    const published: QueueMessage[] = [];
    await relayOutbox(db, async (m) => void published.push(m), { limit: 1000 });
    expect(published).toContainEqual({ kind: 'import', operationId });
    expect(await messagesUnderWay(db, 'imports')).toContainEqual({ kind: 'import', operationId });
    expect(await codeOf(getOperation(db, 'opn_none'))).toBe('not-found');
  });

  test('a batch that was committed before is left alone', async () => {
    const { db } = house;
    const { projectId, operationId } = await begin(db);
    const first = batch(operationId, 0, 3, [textItem(), textItem()]);
    expect(await commitImportBatch(db, first)).toEqual({
      kind: 'committed',
      numCreated: 2,
      numDuplicates: 0,
    });
    expect(await commitImportBatch(db, first)).toEqual({ kind: 'already-committed', numRowsDone: 3 });
    const again = await Promise.all([1, 2, 3].map(() => commitImportBatch(db, batch(operationId, 3, 4))));
    expect(again.map(({ kind }) => kind).toSorted()).toEqual([
      'already-committed',
      'already-committed',
      'committed',
    ]);
    await expect(commitImportBatch(db, batch(operationId, 9, 10))).rejects.toThrow('checkpoint 4');
    expect(await getOperation(db, operationId)).toMatchObject({
      status: 'running',
      counts: { read: 4, created: 3, duplicates: 0, failed: 1 },
      errors: [{ line: 1, code: 'bad-row' }],
    });
    expect((await getProject(db, projectId)).counts.items).toBe(3);
  });

  test('a batch with an unknown class writes nothing and can be sent again without it', async () => {
    const { db } = house;
    const { projectId, operationId } = await begin(db);
    const rows = [textItem(), textItem({ classKey: 'z' })];
    expect(await codeOf(commitImportBatch(db, batch(operationId, 0, 2, rows)))).toBe('unknown-class');
    expect((await getProject(db, projectId)).counts.items).toBe(0);
    await commitImportBatch(db, batch(operationId, 0, 2, rows.slice(0, 1)));
    expect((await getProject(db, projectId)).counts.items).toBe(1);
  });

  test('a dry run counts what it would create, and creates nothing', async () => {
    const { db } = house;
    const { projectId, operationId } = await begin(db, {}, true);
    const item = textItem();
    await commitImportBatch(db, batch(operationId, 0, 3, [item, textItem(), item]));
    expect((await getOperation(db, operationId)).counts).toEqual({
      read: 3,
      created: 2,
      duplicates: 1,
      failed: 0,
    });
    // The same again, in a later batch of the file.
    await commitImportBatch(db, batch(operationId, 3, 5, [item, textItem()]));
    expect((await getOperation(db, operationId)).counts).toMatchObject({ created: 3, duplicates: 2 });
    expect(await finishImport(db, operationId)).toEqual({ kind: 'finished', roundId: null });
    expect(await db.query('SELECT 1 FROM dry_run_rows')).toEqual([]);
    expect((await getProject(db, projectId)).counts.items).toBe(0);
  });

  test.each([false, true])('duplicates within a file are counted alike, dry run: %s', async (isDryRun) => {
    const { db } = house;
    const { operationId } = await begin(db, {}, isDryRun);
    const row = (externalId: string, contentHash: string) => textItem({ externalId, contentHash });
    await commitImportBatch(db, batch(operationId, 0, 1, [row('1', 'X')]));
    // A row that is passed over takes nothing: the content Z is still to be had.
    await commitImportBatch(db, batch(operationId, 1, 3, [row('1', 'Z'), row('2', 'Z')]));
    await commitImportBatch(db, batch(operationId, 3, 5, [row('3', 'W'), row('4', 'W')]));
    expect((await getOperation(db, operationId)).counts).toMatchObject({ created: 3, duplicates: 2 });
    await finishImport(db, operationId);
  });

  test('what an error quotes of a file is kept, also what jsonb refuses', async () => {
    const { db } = house;
    const { operationId } = await begin(db);
    const bad = 'a\0b \ud800 \udc00c 🙂';
    const readable = 'a\ufffdb \ufffd \ufffdc 🙂';
    const errors = [{ file: bad, code: 'entry-corrupt', detail: bad }];
    await commitImportBatch(db, { ...batch(operationId, 0, 1, []), errors });
    await failOperation(db, operationId, { code: 'malformed-body', detail: bad });
    expect((await getOperation(db, operationId)).errors).toEqual([
      { code: 'malformed-body', detail: readable },
      { file: readable, code: 'entry-corrupt', detail: readable },
    ]);
  });

  test('at most 1,000 errors are kept, and all are counted', async () => {
    const { db } = house;
    const { operationId } = await begin(db);
    await commitImportBatch(db, batch(operationId, 0, 900, []));
    await commitImportBatch(db, batch(operationId, 900, 1800, []));
    const operation = await getOperation(db, operationId);
    expect(operation.counts.failed).toBe(1800);
    expect(operation.errors).toHaveLength(1000);
    expect(operation.errors.map(({ line }) => line)).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
    await failOperation(db, operationId, { code: 'archive-corrupt', detail: 'the file ends too early' });
    expect(await getOperation(db, operationId)).toMatchObject({
      status: 'failed',
      errors: { 0: { code: 'archive-corrupt' }, length: 1000 },
    });
    expect(await commitImportBatch(db, batch(operationId, 1800, 1801))).toEqual({ kind: 'ended' });
    expect(await finishImport(db, operationId)).toEqual({ kind: 'ended' });
  });

  test('rows that the server refuses in the middle leave nothing, and the connection is as good as before', async () => {
    const { db } = house;
    const { operationId } = await begin(db);
    // More than is sent before the server answers; NUL is what no text of Postgres holds.
    const long = 'x'.repeat(1000);
    const rows = (bad: number) =>
      Array.from({ length: 3000 }, (_, i) => textItem({ text: i === bad ? `\0${long}` : `${long} ${i}` }));
    for (const bad of [0, 1500, 2999]) {
      const refused = commitImportBatch(db, batch(operationId, 0, 3000, rows(bad)));
      await expect(refused, `row ${bad}`).rejects.toMatchObject({ code: '22021' });
      expect(await getImport(db, operationId)).toMatchObject({ numRowsDone: 0 });
    }
    expect(await commitImportBatch(db, batch(operationId, 0, 3000, rows(-1)))).toMatchObject({
      kind: 'committed',
      numCreated: 3000,
    });
  });

  test('texts, numbers and data are stored to the last bit', async () => {
    const { db } = house;
    const { projectId, operationId } = await begin(db);
    const values = ['é \u{1F600} \t\n\r\\N \\. "quoted"', '\u0001\u007f', 'x'.repeat(300_000)].map(
      (text, i) => ({
        text,
        externalId: `${text.slice(0, 20)} ${i}`,
        data: { [text.slice(0, 20)]: [text, null, 1.5, { deep: '\\u0041' }] },
      }),
    );
    await commitImportBatch(db, batch(operationId, 0, 3, values.map(textItem)));
    const stored = await db.prisma.item.findMany({
      where: { projectId },
      orderBy: { ordinal: 'asc' },
      select: { text: true, externalId: true, data: true },
    });
    expect(stored).toEqual(values);
    const vectors = await begin(db);
    const vector = new Float32Array([1.1, -0, 3e38, 2 ** -149]);
    await commitImportBatch(
      db,
      batch(vectors.operationId, 0, 1, [{ vector, contentHash: 'vector', isHoldout: true, classKey: 'a' }]),
    );
    const [item] = await db.prisma.item.findMany({ where: { projectId: vectors.projectId } });
    expect(item).toMatchObject({
      ordinal: 0,
      isHoldout: true,
      importedClass: 'a',
      status: 'labeled',
      text: null,
    });
    expect(new Float32Array(Uint8Array.from(item!.vector!).buffer)).toEqual(vector);
  });

  test('the end of an import starts the first round once there are two classes', async () => {
    const { db } = house;
    const { projectId, operationId } = await begin(db, { trigger: { everyLabels: 20 } });
    await commitImportBatch(
      db,
      batch(operationId, 0, 3, [textItem({ classKey: 'a' }), textItem({ classKey: 'b' }), textItem()]),
    );
    const finished = await finishImport(db, operationId);
    expect(finished).toMatchObject({ kind: 'finished', roundId: expect.stringMatching(/^rnd_/) });
    expect(await finishImport(db, operationId)).toEqual({ kind: 'ended' });
    expect((await listRounds(db, { projectId, limit: 5 })).items).toMatchObject([
      { trigger: 'first', number: 1 },
    ]);

    const oneClass = await begin(db, { trigger: { everyLabels: 20 } });
    await commitImportBatch(db, batch(oneClass.operationId, 0, 2, [textItem({ classKey: 'a' }), textItem()]));
    expect(await finishImport(db, oneClass.operationId)).toEqual({ kind: 'finished', roundId: null });
  });
});
