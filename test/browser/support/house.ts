import { type Browser, test as base, expect, type Page } from '@playwright/test';
import { type Client, login } from '@tangent/client';
import type { Project, Role } from '@tangent/contracts';
import { type StackInfo, startCommonStack } from './common-stack.js';

export { expect };

interface Fixtures {
  /** The REST API as the admin, for what a test needs to be there. */
  readonly client: Client;
  /** The demo project, with its first round done. */
  readonly digits: Project;
}

interface WorkerFixtures {
  /** Whatever another worker does at the same time, it does to another stack. */
  readonly stack: StackInfo;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  stack: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from the pattern
    async ({}, use) => {
      const { stop, ...info } = await startCommonStack();
      await use(info);
      await stop();
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  baseURL: async ({ stack }, use) => use(stack.webUrl),
  client: async ({ stack }, use) => {
    const { client } = await login({ baseUrl: stack.apiUrl }, stack.admin.email, stack.admin.password);
    await use(client);
  },
  digits: async ({ client }, use) => {
    const { items } = await client.listProjects();
    const found = items.find(({ name }) => name === 'Digits');
    if (found === undefined) throw new Error('the demo project is missing');
    await expect
      .poll(async () => (await client.listRounds({ params: { projectId: found.id } })).items.at(-1)?.status, {
        timeout: 120_000,
      })
      .toBe('done');
    await use(found);
  },
});

/** Logs in through the screen, of the common stack or of another. */
export async function logIn(
  page: Page,
  who: { readonly email: string; readonly password: string },
  webUrl = '',
): Promise<void> {
  await page.goto(`${webUrl}/login`);
  await page.getByLabel('E-mail').fill(who.email);
  await page.getByLabel('Password').fill(who.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Projects' })).toBeVisible();
}

let numPeople = 0;

/** A new member of a project, an annotator unless told otherwise, logged in with a browser of her own. */
export async function newMember(
  browser: Browser,
  stack: StackInfo,
  client: Client,
  projectId: string,
  role: Role = 'annotator',
): Promise<Page> {
  numPeople += 1;
  const email = `${role}-${process.pid}-${Date.now()}-${numPeople}@tangent.test`;
  const password = 'a long enough password';
  const user = await client.createUser({ body: { email, name: `Member ${numPeople}, ${role}`, password } });
  await client.putMember({ params: { projectId, userId: user.id }, body: { role } });
  const context = await browser.newContext({ baseURL: stack.webUrl, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await logIn(page, { email, password });
  return page;
}

/** A project of texts, imported and ready to be labeled. */
export async function textProject(client: Client, name: string, texts: readonly string[]): Promise<Project> {
  const project = await client.createProject({
    body: {
      name,
      type: 'text',
      classes: [
        { key: 'good', name: 'Good', hotkey: 'g' },
        { key: 'bad', name: 'Bad', hotkey: 'b' },
      ],
      // No rounds: these tests are about the screen.
      settings: { trigger: { everyLabels: null } },
    },
  });
  const rows = texts.map((text, index) => JSON.stringify({ id: `row-${index}`, text })).join('\n');
  const started = await client.uploadImport({
    params: { projectId: project.id },
    file: new Blob([rows]),
    fileName: 'rows.jsonl',
  });
  const operation = await client.waitForOperation(started.id);
  expect(operation).toMatchObject({ status: 'done', counts: { created: texts.length, failed: 0 } });
  return project;
}
