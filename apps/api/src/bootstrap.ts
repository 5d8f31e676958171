import { randomBytes } from 'node:crypto';
import { createFirstAdmin, openDatabase } from '@tangent/database';
import { hashPassword } from './auth/passwords.js';

// Makes the first admin of an empty installation, and says so in one line of JSON. Does nothing when there is a user.

const minLength = 10;
const url = process.env.DATABASE_URL;
if (!url) throw new Error('DATABASE_URL is not set; npm start sets it, or see docs/runbook.md');
const email = process.env.TANGENT_ADMIN_EMAIL || 'admin@tangent.local';
const given = process.env.TANGENT_ADMIN_PASSWORD;
if (given && given.length < minLength)
  throw new Error(
    `TANGENT_ADMIN_PASSWORD has ${given.length} characters; it must have at least ${minLength}`,
  );
const password = given || randomBytes(12).toString('base64url');

const db = openDatabase({ url, maxConnections: 1 });
try {
  const made = await createFirstAdmin(db, {
    email,
    name: 'Admin',
    passwordHash: await hashPassword(password),
  });
  const report =
    made.kind === 'created'
      ? { created: true, email: made.user.email, password: given ? null : password }
      : { created: false, email: made.adminEmails[0] ?? null, password: null };
  console.log(JSON.stringify(report));
} finally {
  await db.close();
}
