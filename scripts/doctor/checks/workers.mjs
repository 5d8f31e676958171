import { withClient } from '../../lib/postgres-client.mjs';
import { bad, good, note } from '../findings.mjs';

const silenceSeconds = 15;

export async function checkWorkers({ databaseUrl, canRead, launcher, env }) {
  if (!canRead) return [];
  const workers = await withClient(databaseUrl, async (client) => {
    const { rows } = await client.query(
      `SELECT host, pid, engine, device, last_heartbeat_at > now() - make_interval(secs => $1) AS "isAlive"
       FROM workers WHERE stopped_at IS NULL AND last_heartbeat_at > now() - interval '1 day' ORDER BY id`,
      [silenceSeconds],
    );
    return rows;
  });
  const alive = workers.filter(({ isAlive }) => isAlive);
  const lost = workers.length - alive.length;
  const findings = alive.map(({ host, pid, engine, device }) =>
    good(`worker ${pid} on ${host} is alive: ${engine}, ${device}`),
  );
  if (lost > 0) findings.push(note(`${lost} workers fell silent within a day without saying goodbye`));
  if (alive.length > 0) return findings;
  // A database of one's own is used by other hosts, too: there a worker is expected at any time.
  const isExpected = launcher !== undefined || Boolean(env.DATABASE_URL);
  const what = 'no worker is alive: labels are taken, but not learned from, and no import and no round moves';
  findings.push(
    isExpected ? bad(what, 'start one (TANGENT_WORKERS), and look into worker-1.log') : note(what),
  );
  return findings;
}
