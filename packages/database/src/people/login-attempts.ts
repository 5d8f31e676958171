import type { Queryable } from '../core/database.js';

export async function recordLoginAttempt(
  db: Queryable,
  input: { email: string; ip: string; success: boolean; now?: Date },
): Promise<void> {
  const { email, ip, success, now = db.now() } = input;
  await db.prisma.loginAttempt.create({ data: { email: email.toLowerCase(), ip, success, at: now } });
}

/**
 * Failures since `since`. A success of the e-mail wipes its failures, for it shows that its owner mistyped; those
 * of an address stay, or somebody with one account could guess at others from there without end.
 */
export async function countRecentFailures(
  db: Queryable,
  input: { email: string; ip: string; since: Date },
): Promise<{ byEmail: number; byIp: number }> {
  const [row] = await db.query<{ by_email: number; by_ip: number }>(
    `SELECT
       (SELECT count(*) FROM login_attempts a WHERE a.email = $1 AND NOT a.success AND a.at > greatest($3,
         (SELECT max(s.at) FROM login_attempts s WHERE s.email = $1 AND s.success AND s.at > $3)))::int AS by_email,
       (SELECT count(*) FROM login_attempts a WHERE a.ip = $2 AND NOT a.success AND a.at > $3)::int AS by_ip`,
    [input.email.toLowerCase(), input.ip, input.since],
  );
  return { byEmail: row!.by_email, byIp: row!.by_ip };
}
