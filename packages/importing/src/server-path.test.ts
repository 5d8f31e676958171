import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  realpath,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { folderTree } from './folder-tree.js';
import { fingerprint, resolveServerPath } from './index.js';
import { imageTarget, picture, readAll, refusal } from './testing/files.js';

let home: string;
let root: string;
beforeAll(async () => {
  home = await realpath(await mkdtemp(path.join(tmpdir(), 'server-path-')));
  root = path.join(home, 'root');
  await mkdir(path.join(root, 'texts'), { recursive: true });
  await writeFile(path.join(root, 'texts', 'rows.jsonl'), '{"text":"a"}');
  await writeFile(path.join(home, 'secret.jsonl'), '{"text":"secret"}');
  await symlink(path.join(home, 'secret.jsonl'), path.join(root, 'link.jsonl'));
  await symlink(path.join(root, 'texts'), path.join(root, 'inner'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** Root may read everything: until the end of the test this process is nobody, who is given the folders. */
async function notAsRoot(): Promise<void> {
  if (process.getuid!() !== 0) return;
  const nobody = 65_534;
  for (const folder of [home, root]) await chown(folder, nobody, nobody);
  process.seteuid!(nobody);
  onTestFinished(() => process.seteuid!(0));
}

describe('a path on the server', () => {
  test.each(['texts/rows.jsonl', './texts//rows.jsonl', () => path.join(root, 'texts/rows.jsonl')])(
    '%s names a file below the root',
    async (wanted) => {
      const found = await resolveServerPath(root, typeof wanted === 'string' ? wanted : wanted());
      expect(found).toEqual({
        path: path.join(root, 'texts/rows.jsonl'),
        name: 'texts/rows.jsonl',
        isFolder: false,
      });
    },
  );

  test('the root may be reached by a link of its own', async () => {
    const alias = path.join(home, 'alias');
    await symlink(root, alias);
    for (const wanted of ['texts', path.join(alias, 'texts')])
      expect(await resolveServerPath(alias, wanted)).toMatchObject({ name: 'texts', isFolder: true });
  });

  test.each<[string, string, RegExp]>([
    ['a step up', '../secret.jsonl', /“..”/],
    ['a step up within', 'texts/../../secret.jsonl', /“..”/],
    ['an absolute path elsewhere', '/etc/passwd', /outside of the folder/],
    ['a neighbour that begins like the root', 'ROOT-2', /outside of the folder/],
    ['a link out', 'link.jsonl', /“link.jsonl” is a symbolic link/],
    ['a link within', 'inner/rows.jsonl', /“inner” is a symbolic link/],
    ['a NUL', 'texts\0', /NUL/],
  ])('%s is refused', async (_, wanted, detail) => {
    const given = wanted === 'ROOT-2' ? `${root}-2/x` : wanted;
    await expect(resolveServerPath(root, given)).rejects.toMatchObject({
      code: 'path-not-allowed',
      message: expect.stringMatching(detail),
    });
  });

  test('without a root none is read; of what is not there is said so', async () => {
    await expect(resolveServerPath(undefined, 'texts')).rejects.toThrow(/TANGENT_IMPORT_ROOT is not set/);
    await expect(resolveServerPath(path.join(home, 'gone'), 'texts')).rejects.toThrow(/cannot be read/);
    for (const name of ['texts/none.csv', 'texts/rows.jsonl/below', 'x'.repeat(300)])
      await expect(resolveServerPath(root, name)).rejects.toMatchObject({
        code: 'not-found',
        message: expect.not.stringContaining(root),
      });
  });

  test('what may not be read is refused by its relative name', async () => {
    await notAsRoot();
    const closed = path.join(root, 'closed');
    await mkdir(path.join(closed, 'cat'), { recursive: true });
    await writeFile(path.join(closed, 'rows.jsonl'), '{"text":"a"}');
    await chmod(path.join(closed, 'rows.jsonl'), 0);
    await chmod(path.join(closed, 'cat'), 0);
    const refused = (name: string) => ({
      code: 'path-not-allowed',
      message: expect.stringMatching(`“${name}” cannot be read \\(EACCES\\)`),
    });
    await expect(resolveServerPath(root, 'closed/rows.jsonl')).rejects.toMatchObject(
      refused('closed/rows.jsonl'),
    );
    const source = { path: closed, format: 'folder' as const, target: imageTarget };
    await expect(refusal(source)).resolves.toMatchObject(refused('cat/'));
    await expect(readAll(source)).rejects.toMatchObject(refused('cat/'));
    await chmod(path.join(closed, 'cat'), 0o700);
  });

  test('what changed has another fingerprint', async () => {
    const folder = await resolveServerPath(root, 'texts');
    const before = await fingerprint(folder);
    expect(await fingerprint(folder)).toBe(before);
    await writeFile(path.join(root, 'texts/again.jsonl'), '{"text":"b"}');
    expect(await fingerprint(folder)).not.toBe(before);
    await rm(path.join(root, 'texts/again.jsonl'));
    expect(await fingerprint(folder)).toBe(before);
    const file = await resolveServerPath(root, 'texts/rows.jsonl');
    const ofFile = await fingerprint(file);
    await utimes(file.path, 1, 1);
    const touched = await fingerprint(file);
    expect(touched).not.toBe(ofFile);
    // Another file of the same size, made to look as old.
    await writeFile(path.join(home, 'other.jsonl'), '{"text":"b"}');
    await utimes(path.join(home, 'other.jsonl'), 1, 1);
    await rename(path.join(home, 'other.jsonl'), file.path);
    expect(await fingerprint(file)).not.toBe(touched);
    await rm(file.path);
    await expect(fingerprint(file)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('“texts/rows.jsonl”'),
    });
  });
});

describe('a folder of images on the server', () => {
  const make = async (files: Readonly<Record<string, string | Uint8Array>>) => {
    const folder = await mkdtemp(path.join(home, 'images-'));
    for (const [name, content] of Object.entries(files)) {
      await mkdir(path.join(folder, path.dirname(name)), { recursive: true });
      await writeFile(path.join(folder, name), content);
    }
    return { path: folder, format: 'folder' as const, target: imageTarget };
  };

  test('says class, holdout and split by its folders, in the order of the names', async () => {
    const png = await picture(4, 4).png().toBuffer();
    const source = await make({
      'dog/b.png': png,
      'cat/2024/a.png': png,
      'holdout/dog/c.png': png,
      'test/cat/d.png': png,
      'train/dog/e.png': png,
      'top.png': png,
      'cat/.DS_Store': 'junk',
      'notes.txt': 'x',
      'bird/f.png': png,
    });
    const { rows, errors } = await readAll(source);
    expect(rows.map(({ row: { id, label, holdout } }) => [id, label, holdout])).toEqual([
      ['cat/2024/a.png', 'cat', undefined],
      ['dog/b.png', 'dog', undefined],
      ['holdout/dog/c.png', 'dog', true],
      ['test/cat/d.png', 'cat', true],
      ['top.png', undefined, undefined],
      ['train/dog/e.png', 'dog', false],
    ]);
    expect(errors.map(({ file, code }) => [file, code])).toEqual([
      ['bird/f.png', 'unknown-class'],
      ['notes.txt', 'unsupported-format'],
    ]);
  });

  test('a link among its files is refused before anything is read, and not followed later', async () => {
    const png = await picture(4, 4).png().toBuffer();
    const source = await make({ 'cat/a.png': png, 'cat/b.png': png });
    const secret = path.join(home, 'secret.jsonl');
    await symlink(secret, path.join(source.path, 'cat/c.png'));
    const error = await refusal(source);
    expect([error.code, error.message]).toEqual([
      'path-not-allowed',
      expect.stringMatching(/^“cat\/c.png” is a symbolic link/),
    ]);
    await rm(path.join(source.path, 'cat/c.png'));
    await rename(path.join(source.path, 'cat'), path.join(source.path, 'dog'));
    await symlink(path.join(source.path, 'dog'), path.join(source.path, 'cat'));
    expect((await refusal(source)).code).toBe('path-not-allowed');
    await expect(readAll(source)).rejects.toMatchObject({ code: 'path-not-allowed' });
  });

  test('what goes away while it is read is told without the path on the server', async () => {
    const png = await picture(4, 4).png().toBuffer();
    const { path: gone } = await make({ 'cat/a.png': png });
    for await (const { read } of folderTree(gone).files()) {
      await rm(path.join(gone, 'cat'), { recursive: true });
      expect(await read()).toMatchObject({ message: 'the system says ENOENT' });
    }
    const walk = folderTree(gone);
    await rm(gone, { recursive: true });
    await expect(walk.files()[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'not-found',
      message: expect.not.stringContaining(home),
    });
    expect(await walk.find('train/metadata.jsonl')).toBeUndefined();
  });

  // Elsewhere the system takes no such names.
  test.runIf(process.platform === 'linux')('with a name that is no UTF-8 is refused by it', async () => {
    const source = await make({ 'cat/a.png': await picture(4, 4).png().toBuffer() });
    await writeFile(
      Buffer.concat([Buffer.from(`${source.path}/cat/b`), Buffer.of(0xff), Buffer.from('.png')]),
      '',
    );
    expect(await refusal(source)).toMatchObject({
      code: 'path-not-allowed',
      message: expect.stringContaining('“cat/b\ufffd.png” is no UTF-8'),
    });
  });

  test('without a single image is refused', async () => {
    expect((await refusal(await make({ 'a.txt': 'x' }))).code).toBe('unsupported-format');
  });
});
