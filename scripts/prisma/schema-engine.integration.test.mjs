import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheDir, root } from '../lib/paths.mjs';
import { withClient } from '../lib/postgres-client.mjs';
import { capture } from '../lib/process.mjs';
import { createTestDatabase } from '../lib/test-database.mjs';
import { until } from '../lib/wait.mjs';

const cli = path.join(root, 'node_modules/prisma/build/index.js');

let database;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const prisma = (args, cwd = root) =>
  capture(process.execPath, [cli, ...args], {
    cwd,
    env: { ...process.env, DATABASE_URL: database.url, NO_COLOR: '1' },
  });

describe('Prisma with the schema engine in WebAssembly', () => {
  it('finds the migrations and prisma/schema.prisma in agreement', async () => {
    const args = [
      '--from-config-datasource',
      '--to-schema',
      'prisma/schema.prisma',
      '--exit-code',
      '--script',
    ];
    const { code, stdout } = await prisma(['migrate', 'diff', ...args]);
    expect(stdout).toMatch(/empty migration|^\s*$/i);
    expect(code).toBe(0);
  });

  describe('in a project of its own', () => {
    let project;
    beforeEach(async () => {
      await withClient(database.url, (client) =>
        client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public'),
      );
      mkdirSync(cacheDir, { recursive: true });
      project = mkdtempSync(path.join(cacheDir, 'prisma-'));
      cpSync(path.join(root, 'prisma.config.ts'), path.join(project, 'prisma.config.ts'));
      cpSync(path.join(root, 'package.json'), path.join(project, 'package.json'));
      for (const name of ['node_modules', 'scripts'])
        symlinkSync(path.join(root, name), path.join(project, name));
    });
    afterEach(() => rmSync(project, { recursive: true, force: true }));

    const write = (name, text) => {
      mkdirSync(path.dirname(path.join(project, name)), { recursive: true });
      writeFileSync(path.join(project, name), text);
    };

    it('applies a migration that holds a function, as a whole', async () => {
      write('prisma/schema.prisma', 'datasource db {\n  provider = "postgresql"\n}\n');
      write('prisma/migrations/migration_lock.toml', 'provider = "postgresql"\n');
      write(
        'prisma/migrations/1_function/migration.sql',
        `CREATE FUNCTION twice(n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN n := n * 2; RETURN n; END $$;`,
      );
      const { code, output } = await prisma(['migrate', 'deploy'], project);
      expect(output).toContain('1_function');
      expect(code).toBe(0);
      const { rows } = await withClient(database.url, (client) => client.query('SELECT twice(21) AS answer'));
      expect(rows).toEqual([{ answer: 42 }]);
    });

    it('lets others go first while it waits for a table, and changes it once it is free', async () => {
      write('prisma/schema.prisma', 'datasource db {\n  provider = "postgresql"\n}\n');
      write('prisma/migrations/migration_lock.toml', 'provider = "postgresql"\n');
      write('prisma/migrations/1_table/migration.sql', 'CREATE TABLE busy (a int);');
      expect((await prisma(['migrate', 'deploy'], project)).code).toBe(0);
      write('prisma/migrations/2_column/migration.sql', 'ALTER TABLE busy ADD COLUMN b int;');
      await withClient(database.url, async (reader) => {
        await reader.query('BEGIN; SELECT * FROM busy');
        const deploying = prisma(['migrate', 'deploy'], project);
        await withClient(database.url, async (other) => {
          const isWaiting = async () =>
            (
              await other.query(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'ALTER TABLE busy%'",
              )
            ).rowCount > 0;
          expect(await until(isWaiting, { timeoutMs: 30_000 })).toBe(true);
          // Behind the migration, which gives up before the reader has ended.
          await other.query('SELECT * FROM busy');
        });
        await reader.query('COMMIT');
        const { code, output } = await deploying;
        expect(output).toContain('2_column');
        expect(code).toBe(0);
        expect((await reader.query('SELECT b FROM busy')).rows).toEqual([]);
      });
    });

    it('reports what Postgres said about a migration that fails', async () => {
      write('prisma/schema.prisma', 'datasource db {\n  provider = "postgresql"\n}\n');
      write('prisma/migrations/migration_lock.toml', 'provider = "postgresql"\n');
      const sql = `CREATE TABLE a (id int);\nDO $$ BEGIN RAISE EXCEPTION 'three rows have no class'; END $$;\n`;
      write('prisma/migrations/1_wrong/migration.sql', sql);
      const { code, output } = await prisma(['migrate', 'deploy'], project);
      expect(output).toContain('three rows have no class');
      expect(code).toBe(1);
    });
  });
});
