// The demo project, made once through the public API.
import { createDemo } from '../lib/apps.mjs';
import { withClient } from '../lib/postgres-client.mjs';
import { lastLines } from '../lib/process.mjs';

/** True when nobody has made a project yet (a deleted demo does not come back). */
export function hasNoProject(databaseUrl) {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query('SELECT NOT EXISTS (SELECT 1 FROM projects) AS none');
    return rows[0].none;
  });
}

/**
 * A demo that fails does not bring down the house: the reason and the command to try again are returned as advice.
 *
 * @param {{ apiUrl: string, email: string, password: string | undefined, progress: (text: string) => void }} options
 * @returns {Promise<{ note: string, advice?: string }>}
 */
export async function makeDemo({ apiUrl, email, password, progress }) {
  const again = `TANGENT_API_URL=${apiUrl} TANGENT_EMAIL=… TANGENT_PASSWORD=… node examples/digits/dist/create-demo.js`;
  if (!password)
    return { note: 'left out', advice: `There is no project yet. For the demo project: ${again}` };
  const env = { ...process.env, TANGENT_API_URL: apiUrl, TANGENT_EMAIL: email, TANGENT_PASSWORD: password };
  const { code, output } = await createDemo(env, progress);
  if (code === 0) return { note: lastLines(output, 1) };
  return {
    note: 'failed',
    advice: `The demo project could not be made:\n${lastLines(output, 10)}\nTry again: ${again}`,
  };
}
