// What the service `migrate` of docker-compose.yml runs: brings the database of DATABASE_OWNER_URL to this version, and
// lets the role of DATABASE_URL, which the programs run as, work in it.
import { giveApplicationRole } from './lib/application-role.mjs';
import { describe, say } from './lib/console.mjs';
import { deployMigrations } from './lib/migrations.mjs';
import { Failure } from './lib/process.mjs';

try {
  const { DATABASE_OWNER_URL: ownerUrl, DATABASE_URL: url } = process.env;
  if (!ownerUrl || !url)
    throw new Failure(
      'set DATABASE_OWNER_URL to the database as its owner, and DATABASE_URL to it as the programs use it',
    );
  const { isChanged } = await deployMigrations(ownerUrl);
  const { username, password } = new URL(url);
  const role = decodeURIComponent(username);
  await giveApplicationRole(ownerUrl, { role, password: decodeURIComponent(password) });
  say(`schema ${isChanged ? 'brought up to date' : 'up to date'}; the programs work in it as ${role}`);
} catch (error) {
  console.error(describe(error));
  process.exitCode = 1;
}
