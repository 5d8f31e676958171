import { inspectRedis } from '../../lib/redis.mjs';
import { bad, good, note } from '../findings.mjs';

export async function checkRedis({ env, redisUrl }) {
  const wish = env.TANGENT_QUEUE || undefined;
  if (wish !== undefined && wish !== 'redis' && wish !== 'postgres')
    return [bad(`TANGENT_QUEUE=${wish} is unknown`, 'write redis or postgres, or leave it out')];
  if (wish === 'postgres') return [note('the queue lives in Postgres, as TANGENT_QUEUE says')];
  if (redisUrl === undefined)
    return [note('Redis is not looked at: none runs here, and REDIS_URL names none')];
  const url = new URL(redisUrl);
  if (url.protocol === 'rediss:') return [note(`Redis on ${url.host} is not looked at: it speaks TLS`)];
  const found = await inspectRedis(redisUrl);
  if (found.kind === 'away')
    return [bad(`no Redis answers on ${url.host}`, 'start it, correct REDIS_URL, or unset it')];
  if (found.kind === 'refuses')
    return [bad(`Redis on ${url.host} refuses: ${found.reason}`, 'correct name and password in REDIS_URL')];
  const findings = [];
  if (Number(found.version.split('.')[0]) < 7)
    findings.push(bad(`Redis on ${url.host} has version ${found.version}`, 'take version 7 or newer'));
  if (found.policy !== 'noeviction')
    findings.push(
      bad(
        `Redis on ${url.host} may throw jobs away: its maxmemory-policy is ${found.policy}`,
        'set maxmemory-policy noeviction in redis.conf',
      ),
    );
  return findings.length > 0 ? findings : [good(`Redis ${found.version} answers, and throws no job away`)];
}
