import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startStack } from '../../../scripts/lib/stack.mjs';
import { keepStack } from './stack-info.js';

const createDemo = fileURLToPath(new URL('../../../examples/digits/dist/create-demo.js', import.meta.url));

/** One stack with the demo project for all specs. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const stack = await startStack({ web: true });
  try {
    const { apiUrl, webUrl, admin } = stack;
    if (webUrl === undefined) throw new Error('the stack was started without its web app');
    const env = {
      ...process.env,
      TANGENT_API_URL: apiUrl,
      TANGENT_EMAIL: admin.email,
      TANGENT_PASSWORD: admin.password,
    };
    await promisify(execFile)(process.execPath, [createDemo], { env });
    keepStack({ apiUrl, webUrl, admin });
  } catch (error) {
    await stack.stop();
    throw error;
  }
  return () => stack.stop();
}
