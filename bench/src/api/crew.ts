import { type Client, createClient, login } from '@tangent/client';
import { type LoggedRequest, recordingFetch } from './request-log.js';

export interface Member {
  readonly annotatorId: string;
  readonly client: Client;
}

/** At once: each of them makes the server hash a password. */
const atOnce = 4;

/** Makes annotators of a project. Every other one works with a session, the rest with an API token. */
export async function makeCrew(
  admin: Client,
  options: {
    readonly apiUrl: string;
    readonly projectId: string;
    readonly count: number;
    readonly requests: LoggedRequest[];
  },
): Promise<Member[]> {
  const crew: Member[] = [];
  for (let first = 0; first < options.count; first += atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, options.count - first) }, (_, i) => first + i);
    crew.push(...(await Promise.all(numbers.map((number) => makeMember(admin, { ...options, number })))));
  }
  return crew;
}

async function makeMember(
  admin: Client,
  {
    apiUrl: baseUrl,
    projectId,
    requests,
    number,
  }: { apiUrl: string; projectId: string; requests: LoggedRequest[]; number: number },
): Promise<Member> {
  const email = `annotator-${number}@tangent.test`;
  const password = 'a-password-for-the-benchmark';
  const { id: annotatorId } = await admin.createUser({
    body: { email, name: `Annotator ${number}`, password },
  });
  await admin.putMember({ params: { projectId, userId: annotatorId }, body: { role: 'annotator' } });
  const session = await login({ baseUrl }, email, password);
  const auth =
    number % 2 === 0
      ? { cookie: () => session.cookie, csrfToken: () => session.csrfToken }
      : await session.client.createToken({
          body: { name: 'labeling', scopes: ['label', 'projects:read'] },
        });
  return {
    annotatorId,
    client: createClient({ baseUrl, fetch: recordingFetch(requests), auth }),
  };
}
