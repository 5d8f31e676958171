// Login, token, project, import, lease, annotation, export: with types that openapi-typescript made of /v1/openapi.json,
// and openapi-fetch as the client. Nothing here comes from this repository's own packages.
import createClient from 'openapi-fetch';
import type { paths } from './generated/api.js';

const need = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
};
const baseUrl = process.env.TANGENT_API_URL ?? 'http://127.0.0.1:4000';

/** The answer, or an Error with what the problem document says. */
async function told<T>(call: Promise<{ data?: T; error?: { code: string; detail: string } }>): Promise<T> {
  const { data, error } = await call;
  if (error) throw new Error(`${error.code}: ${error.detail}`);
  return data as T;
}

// A browser's session makes a token; with the token there are no cookies and no CSRF tokens any more.
const login = await createClient<paths>({ baseUrl }).POST('/v1/sessions', {
  body: { email: need('TANGENT_ADMIN_EMAIL'), password: need('TANGENT_ADMIN_PASSWORD') },
});
if (login.error) throw new Error(`${login.error.code}: ${login.error.detail}`);
const cookie = login.response.headers.getSetCookie()[0]!.split(';', 1)[0]!;
const { token } = await told(
  createClient<paths>({ baseUrl, headers: { cookie, 'x-csrf-token': login.data.csrfToken } }).POST(
    '/v1/tokens',
    { body: { name: 'generated client', scopes: ['projects:read', 'projects:write', 'label'] } },
  ),
);
const api = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${token}` } });

const project = await told(
  api.POST('/v1/projects', {
    body: {
      name: 'Made by a generated client',
      type: 'text',
      classes: [{ key: 'praise' }, { key: 'complaint' }],
      settings: { trigger: { everyLabels: null } },
    },
  }),
);
const path = { projectId: project.id };

const texts = ['It works well', 'It broke at once', 'I would buy it again', 'Nobody answers the telephone'];
const form = new FormData();
form.append('file', new Blob([texts.map((text) => JSON.stringify({ text })).join('\n')]), 'rows.jsonl');
const upload = await told(
  api.POST('/v1/projects/{projectId}/imports', {
    params: { path },
    // The document can only say that the file is binary.
    body: form as unknown as { file: string },
    bodySerializer: (body) => body,
  }),
);
for (;;) {
  const operation = await told(
    api.GET('/v1/operations/{operationId}', { params: { path: { operationId: upload.id } } }),
  );
  if (operation.status === 'failed') throw new Error(JSON.stringify(operation.errors));
  if (operation.status === 'done') break;
  await new Promise((resolve) => setTimeout(resolve, 200));
}

const { items } = await told(
  api.POST('/v1/projects/{projectId}/leases', { params: { path }, body: { count: 2 } }),
);
for (const { leaseId, item } of items)
  await told(
    api.POST('/v1/items/{itemId}/annotations', {
      params: { path: { itemId: item.id } },
      body: { leaseId, classKey: /works|again/.test(item.text ?? '') ? 'praise' : 'complaint' },
    }),
  );

const exported = await told(
  api.GET('/v1/projects/{projectId}/exports', {
    params: { path, query: { format: 'jsonl' } },
    parseAs: 'text',
  }),
);
const rows = exported
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { text: string; label?: string });
const numLabeled = rows.filter(({ label }) => label !== undefined).length;
console.log(JSON.stringify({ projectId: project.id, numItems: rows.length, numLabeled }));
