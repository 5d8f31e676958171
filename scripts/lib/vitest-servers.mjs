// Global set-up of the integration tests: gives them a Postgres and a Redis when the caller brought none
// (`npm test` brings both; `npx vitest run --project integration` alone does not).
import { startThrowAwayPostgres, startThrowAwayRedis } from './throw-away.mjs';

export default async function setup() {
  const servers = [];
  if (!process.env.DATABASE_URL) {
    const postgres = await startThrowAwayPostgres();
    process.env.DATABASE_URL = postgres.urlOf('postgres');
    servers.push(postgres);
  }
  if (!process.env.REDIS_URL) {
    const redis = await startThrowAwayRedis();
    process.env.REDIS_URL = redis.url;
    servers.push(redis);
  }
  return async () => {
    for (const server of servers.reverse()) await server.stop();
  };
}
