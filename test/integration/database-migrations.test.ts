import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { useDatabase } from './support/database.js';

const house = useDatabase();

test('the migrations lead to exactly what the schema says', async () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const cli = `${root}node_modules/prisma/build/index.js`;
  const args = ['migrate', 'diff', '--from-config-datasource', '--to-schema', 'prisma/schema.prisma'];
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args], {
    cwd: root,
    env: { ...process.env, DATABASE_URL: house.db.url, NO_COLOR: '1' },
  });
  expect(stdout).toContain('No difference detected');
});
