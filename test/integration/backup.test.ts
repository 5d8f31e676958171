import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  type Database,
  getProjectSetup,
  leaseNext,
  openDatabase,
  registerWorker,
  submitAnnotation,
} from '@tangent/database';
import { folderStore } from '@tangent/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backUp } from '../../scripts/backup/back-up.mjs';
import { restore } from '../../scripts/backup/restore.mjs';
import {
  addItems,
  emptyDatabase,
  makeProject,
  runRound,
  type TestProject,
  textItem,
  useDatabase,
} from './support/database.js';

const house = useDatabase();
let base: string;
let blobKey: string;
const data = () => path.join(base, 'data');
beforeAll(async () => {
  base = await mkdtemp(path.join(tmpdir(), 'tangent-backup-'));
  const blobs = await folderStore(path.join(data(), 'blobs'));
  blobKey = (await blobs.put(randomBytes(100_000))).key;
  await house.db.query('INSERT INTO media VALUES ($1, $2, 1, 1, 1, 100000)', [blobKey, 'image/png']);
});
afterAll(() => rm(base, { recursive: true, force: true }));

/** One of the commands, as npm runs it, with a DATABASE_URL that will not do for it; the line that it says. */
async function command(name: 'backup' | 'restore', folder: string, databaseUrl: string, dir: string) {
  const script = fileURLToPath(new URL(`../../scripts/${name}.mjs`, import.meta.url));
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/none',
    DATABASE_OWNER_URL: databaseUrl,
    TANGENT_DATA: dir,
    INIT_CWD: base,
  };
  const { stdout } = await promisify(execFile)(process.execPath, [script, folder], { env });
  return stdout.trim();
}

/** Restores into a new database and a new data folder, and gives it to `use`. */
async function restored(folder: string, use: (db: Database, dir: string) => Promise<void>): Promise<void> {
  const { url, drop } = await emptyDatabase(house.db);
  const dir = await mkdtemp(path.join(base, 'restored-'));
  expect(await command('restore', folder, url, dir)).toMatch(
    /^\d+ rows and 1 blobs are as they were at 2\d{3}-/,
  );
  const db = openDatabase({ url });
  try {
    await use(db, dir);
  } finally {
    await db.close();
    await drop();
  }
}

/** Every row of every table, by table; the order of rows does not matter. */
async function contents(db: Database): Promise<Record<string, string[]>> {
  const tables = await db.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1",
  );
  const found: Record<string, string[]> = {};
  for (const { name } of tables) {
    const rows = await db.query<{ row: string }>(`SELECT t::text AS row FROM "${name}" t ORDER BY 1`);
    found[name] = rows.map(({ row }) => row);
  }
  return found;
}

const triggerModes = (db: Database) =>
  db.query<{ trigger: string; mode: string }>(
    `SELECT c.relname || '.' || t.tgname AS trigger, t.tgenabled::text AS mode
     FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal ORDER BY 1`,
  );

const annotate = ({ annotators }: TestProject, itemId: string, classKey: string) =>
  submitAnnotation(house.db, { itemId, annotatorId: annotators[0]!, answer: { classKey } });

test('a quiet installation comes back row by row and byte by byte, and goes on', async () => {
  const { db } = house;
  const project = await makeProject(db, { labels: ['a', 'b'], holdout: ['a'], numItems: 12 });
  await addItems(db, project.projectId, [
    textItem({
      text: 'tab\tline\nend\\N "quoted" ünïcode 🙂',
      data: { nested: { of: [1.5, null, '\u2028'] } },
    }),
    { vector: Float32Array.of(1, -0, 1e-40, 3e38), contentHash: 'a vector' },
  ]);
  const { order } = await runRound(db, project.projectId);
  await annotate(project, order[0]!, 'c');
  await registerWorker(db, { host: 'here', pid: 1, engine: 'wasm', device: 'CPU', threads: 1 });
  const folder = path.join(base, 'quiet');
  expect(await command('backup', 'quiet', db.url, data())).toMatch(
    /^\d+ rows and 1 blobs \(0\.1 MiB\) are in /,
  );
  await expect(command('restore', 'quiet', db.url, data())).rejects.toThrow('is not empty');

  await restored(folder, async (copy, dir) => {
    const [was, is] = [await contents(db), await contents(copy)];
    expect(Object.keys(is)).toEqual(Object.keys(was));
    expect(is).toEqual(was);
    expect(was.items!.length).toBeGreaterThan(14);
    const blobs = await folderStore(path.join(dir, 'blobs'));
    expect(
      Buffer.compare(
        await blobs.get(blobKey),
        await (await folderStore(path.join(data(), 'blobs'))).get(blobKey),
      ),
    ).toBe(0);
    const modes = await triggerModes(db);
    expect(await triggerModes(copy)).toEqual(modes);
    expect(modes).toContainEqual({ trigger: 'audit.audit_append_only', mode: 'A' });
    // Sequences, triggers and constraints are there: work goes on.
    const next = { projectId: project.projectId, annotatorId: project.annotators[0]!, count: 1 };
    const leased = await leaseNext(copy, next);
    if (leased.kind !== 'leased') throw new Error(`nothing to lease: ${leased.reason}`);
    const { annotatorId } = next;
    await submitAnnotation(copy, {
      itemId: leased.leases[0]!.item.id,
      annotatorId,
      answer: { classKey: 'a' },
    });
    await runRound(copy, project.projectId);
    await expect(copy.query('DELETE FROM label_events')).rejects.toThrow('only ever added');
  });
});

test('a backup that is taken while people label and import is of one moment', async () => {
  const { db } = house;
  const project = await makeProject(db, { labels: ['a', 'b'], numItems: 400 });
  const { projectId, itemIds } = project;
  let isOver = false;
  let numWrites = 0;
  const write = async () => {
    for (const [i, itemId] of itemIds.slice(2).entries()) {
      if (isOver) return;
      await annotate(project, itemId, 'abc'[i % 3]!);
      await addItems(db, projectId, [textItem({ classKey: 'a' })]);
      numWrites += 1;
    }
  };
  const writing = write();
  const folder = path.join(base, 'busy');
  try {
    await expect.poll(() => numWrites, { timeout: 60_000 }).toBeGreaterThan(5);
    const before = numWrites;
    await backUp({ databaseUrl: db.url, dir: data(), folder });
    await expect.poll(() => numWrites, { timeout: 60_000 }).toBeGreaterThan(before);
  } finally {
    isOver = true;
    await writing;
  }

  await restored(folder, async (copy) => {
    const { labelSeq } = (await copy.prisma.project.findUniqueOrThrow({ where: { id: projectId } })) as {
      labelSeq: number;
    };
    const events = await copy.prisma.labelEvent.findMany({ where: { projectId }, orderBy: { seq: 'asc' } });
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: labelSeq }, (_, i) => i + 1));
    const source = await db.prisma.labelEvent.findMany({ where: { projectId }, orderBy: { seq: 'asc' } });
    expect(events).toEqual(source.slice(0, labelSeq));
    expect(source.length).toBeGreaterThan(labelSeq);
    const numAnnotations = await copy.prisma.annotation.count({ where: { projectId } });
    const numLabeled = await copy.prisma.item.count({ where: { projectId, status: 'labeled' } });
    expect(numLabeled).toBe(await copy.prisma.label.count({ where: { projectId } }));
    expect(labelSeq - numAnnotations).toBe(
      2 + (await copy.prisma.item.count({ where: { projectId } })) - itemIds.length,
    );
    await getProjectSetup(copy, projectId);
  });
});

test('what is not empty, not finished, damaged or of another version is refused, and nothing is left', async () => {
  const { db } = house;
  const folder = path.join(base, 'good');
  await backUp({ databaseUrl: db.url, dir: data(), folder });
  await expect(backUp({ databaseUrl: db.url, dir: data(), folder })).rejects.toThrow('not empty');
  const dir = path.join(base, 'refused');
  await expect(restore({ databaseUrl: db.url, dir, folder })).rejects.toThrow(
    /database tangent_test_\w+ is not empty/,
  );

  const { url, drop } = await emptyDatabase(house.db);
  const into = () => restore({ databaseUrl: url, dir, folder });
  const isEmpty = async () => {
    const copy = openDatabase({ url });
    const [row] = await copy.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM pg_class WHERE relnamespace = 'public'::regnamespace",
    );
    await copy.close();
    return row!.n === 0;
  };
  /** Changes a file of the backup for as long as `attempt` takes. */
  const with_ = async (
    name: string,
    change: (content: Buffer) => Buffer | string,
    attempt: () => Promise<void>,
  ) => {
    const file = path.join(folder, name);
    const content = await readFile(file);
    await writeFile(file, change(content));
    await attempt();
    await writeFile(file, content);
    expect(await isEmpty()).toBe(true);
  };
  await with_(
    'tables/users.copy.gz',
    (content) => gzipSync(gunzipSync(content).toString().replace('user-', 'liar-')),
    () =>
      expect(into()).rejects.toThrow(/users: its file in the backup has \d+ rows .* Nothing was restored/),
  );
  await with_(
    'tables/items.copy.gz',
    (content) => content.subarray(0, content.length / 2),
    () => expect(into()).rejects.toThrow('unexpected end of file'),
  );
  await with_(
    path.join('blobs', blobKey.slice(0, 2), blobKey.slice(2, 4), blobKey),
    () => 'other bytes',
    () => expect(into()).rejects.toThrow('of 1 blobs of the backup 0 are whole'),
  );
  const manifest = 'manifest.json';
  await with_(
    manifest,
    (content) => content.toString().replace('"0001_init"', '"0001_other"'),
    () => expect(into()).rejects.toThrow('another version of Tangent (migration 0001_other)'),
  );
  await rm(path.join(folder, manifest));
  await expect(into()).rejects.toThrow('no finished backup');
  expect(await isEmpty()).toBe(true);
  await drop();
});
