import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { newWebhookSecret, openWebhookSecret, openWebhookSecrets, sealWebhookSecret } from './secret.js';
import { loadServerKey } from './server-key.js';

test('a sealed secret opens with the key and the webhook that it was sealed for, and unchanged only', () => {
  const key = randomBytes(32);
  const secret = newWebhookSecret();
  const sealed = sealWebhookSecret(key, 'whk_1', secret);
  expect(sealed).not.toContain(secret.slice(6, 20));
  expect(openWebhookSecret(key, 'whk_1', sealed)).toBe(secret);
  expect(() => openWebhookSecret(randomBytes(32), 'whk_1', sealed)).toThrow('does not open');
  expect(() => openWebhookSecret(key, 'whk_2', sealed)).toThrow('whk_2');
  const bytes = Buffer.from(sealed, 'base64url');
  for (const i of [0, 12, bytes.length - 1]) {
    const changed = Buffer.from(bytes);
    changed[i]! ^= 1;
    expect(() => openWebhookSecret(key, 'whk_1', changed.toString('base64url'))).toThrow('does not open');
  }
});

test('after the key was lost a rotation with overlap signs with the new secret alone', () => {
  const [lost, key] = [randomBytes(32), randomBytes(32)];
  const present = sealWebhookSecret(key, 'whk_1', 'new');
  const previous = sealWebhookSecret(key, 'whk_1', 'old');
  const unreadable = sealWebhookSecret(lost, 'whk_1', 'old');
  expect(openWebhookSecrets(key, 'whk_1', [present, previous])).toEqual(['new', 'old']);
  expect(openWebhookSecrets(key, 'whk_1', [present, unreadable])).toEqual(['new']);
  expect(() => openWebhookSecrets(key, 'whk_1', [unreadable, previous])).toThrow('does not open');
});

test('processes that start at once make one key, which only the owner may read', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'tangent-key-'));
  try {
    const keys = await Promise.all(Array.from({ length: 8 }, () => loadServerKey({ folder })));
    for (const key of keys) expect(key).toEqual(keys[0]);
    expect(keys[0]).toHaveLength(32);
    expect(await readdir(folder)).toEqual(['secret.key']);
    const file = path.join(folder, 'secret.key');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const secret = (await readFile(file, 'utf8')).trim();
    expect(await loadServerKey({ folder: '/nowhere', secret })).toEqual(keys[0]);
    await expect(loadServerKey({ folder, secret: 'short' })).rejects.toThrow('TANGENT_SECRET_KEY');
  } finally {
    await rm(folder, { recursive: true });
  }
});
