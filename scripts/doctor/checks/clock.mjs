import { withClient } from '../../lib/postgres-client.mjs';
import { bad, good } from '../findings.mjs';

/** Leases and heartbeats compare the clocks of this host and of the database; a worker counts as gone after 15 s. */
const mostMs = 5000;

export async function checkClock({ databaseUrl, canRead }) {
  if (!canRead) return [];
  const skewMs = await withClient(databaseUrl, async (client) => {
    await client.query('SELECT 1');
    const before = Date.now();
    const { rows } = await client.query('SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms');
    return rows[0].ms - (before + Date.now()) / 2;
  });
  const seconds = (Math.abs(skewMs) / 1000).toFixed(1);
  if (Math.abs(skewMs) <= mostMs)
    return [good(`clocks of this host and of the database differ by ${seconds} s`)];
  return [
    bad(
      `the clock of this host is ${seconds} s ${skewMs > 0 ? 'behind' : 'ahead of'} that of the database`,
      'keep both by NTP (timedatectl set-ntp true): leases would end too early or too late',
    ),
  ];
}
