import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startStack } from '../../../scripts/lib/stack.mjs';

export interface StackInfo {
  readonly apiUrl: string;
  readonly webUrl: string;
  readonly admin: { readonly email: string; readonly password: string };
}

const createDemo = fileURLToPath(new URL('../../../examples/digits/dist/create-demo.js', import.meta.url));

/** A stack with the demo project, for all specs that one worker of Playwright runs. */
export async function startCommonStack(): Promise<StackInfo & { stop(): Promise<void> }> {
  const { apiUrl, webUrl, admin, stop } = await startStack({ web: true });
  try {
    if (webUrl === undefined) throw new Error('the stack was started without its web app');
    const env = {
      ...process.env,
      TANGENT_API_URL: apiUrl,
      TANGENT_EMAIL: admin.email,
      TANGENT_PASSWORD: admin.password,
    };
    await promisify(execFile)(process.execPath, [createDemo], { env });
    return { apiUrl, webUrl, admin, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
