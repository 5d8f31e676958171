import type { Endpoints, ResponseOf, User } from '@tangent/contracts';
import { createClient } from './create-client.js';
import { routes } from './routes.js';
import { send } from './send.js';
import type { Client, ClientOptions } from './types.js';

export interface LoggedIn {
  readonly client: Client;
  readonly user: User;
  /** For requests made without the client, e.g. by a browser test. */
  readonly cookie: string;
  readonly csrfToken: string;
}

/**
 * Logs in with e-mail and password from a Node process: keeps the session cookie, which a browser would keep
 * by itself, and answers with a client that sends it and the CSRF token. For long-lived programs take an API token.
 */
export async function login(
  options: Omit<ClientOptions, 'auth'>,
  email: string,
  password: string,
): Promise<LoggedIn> {
  const [method, path] = routes.createSession;
  const body = () => ({
    content: JSON.stringify({ email, password }),
    contentType: 'application/json',
  });
  const response = await send(options, { method, path, body });
  const { user, csrfToken } = (await response.json()) as ResponseOf<Endpoints['createSession']>;
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
  if (cookie === '') throw new Error('The API logged in without setting a session cookie');
  const auth = { cookie: () => cookie, csrfToken: () => csrfToken };
  return { client: createClient({ ...options, auth }), user, cookie, csrfToken };
}
