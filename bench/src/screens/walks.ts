import type { Page } from '@playwright/test';
import type { Client } from '@tangent/client';
import { loadDigits, toPng } from '@tangent/example-digits';
import { logIn } from './open-browser.js';

/**
 * What a person does, one after the other: a form sent, a field filled, a link or button chosen, a file given, a key
 * pressed. What is not in it is not done.
 */
export class Walk {
  readonly actions: string[] = [];

  async act(name: string, act: () => Promise<unknown>): Promise<void> {
    this.actions.push(name);
    await act();
  }
}

/** From the login screen to a label that the server has, by somebody who was never here. */
export async function walkToFirstLabel(
  page: Page,
  client: Client,
  project: { readonly projectId: string; readonly projectName: string },
): Promise<Walk> {
  const params = { projectId: project.projectId };
  const who = { email: 'first-time@tangent.test', password: 'a long enough password' };
  const user = await client.createUser({ body: { ...who, name: 'First time' } });
  await client.putMember({ params: { ...params, userId: user.id }, body: { role: 'annotator' } });
  const numBefore = (await client.getProject({ params })).counts.labeled;
  const walk = new Walk();
  await page.goto('/login');
  await walk.act('send the login form', () => logIn(page, who));
  await walk.act('choose the project', () =>
    page.getByRole('link', { name: `Label ${project.projectName}`, exact: true }).click(),
  );
  await page.getByTestId('item-image').waitFor();
  await walk.act('press a key', () => page.keyboard.press('3'));
  await until(async () => (await client.getProject({ params })).counts.labeled > numBefore);
  return walk;
}

/** From the list of projects, with the file at hand, to a round that runs. */
export async function walkToRunningRound(page: Page, client: Client): Promise<Walk> {
  const digits = (await loadDigits(1)).slice(0, 120);
  const rows = await Promise.all(
    digits.map(async (digit, n) => {
      const image = (await toPng(digit)).toString('base64');
      return JSON.stringify({ id: `row-${n}`, image, ...(n < 60 && { label: String(digit.digit) }) });
    }),
  );
  const name = 'From nothing';
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/');
  const walk = new Walk();
  await walk.act('choose “New project”', () => page.getByRole('link', { name: 'New project' }).click());
  await walk.act('name it', () => page.getByLabel('Name', { exact: true }).fill(name));
  await walk.act('paste its classes', async () => {
    await page.getByLabel('Name of class 1').focus();
    await page.evaluate('navigator.clipboard.writeText("0\\n1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n9\\n")');
    await page.keyboard.press('Control+V');
  });
  await walk.act('choose “Create, and import items”', () =>
    page.getByRole('button', { name: 'Create, and import items' }).click(),
  );
  await walk.act('give the file', () =>
    page.getByLabel('File to import').setInputFiles({
      name: 'rows.jsonl',
      mimeType: 'application/x-ndjson',
      buffer: Buffer.from(rows.join('\n')),
    }),
  );
  await walk.act('choose “Import”', () =>
    page.getByRole('button', { name: `Import ${rows.length} items` }).click(),
  );
  await until(async () => {
    const { items } = await client.listProjects();
    const project = items.find((one) => one.name === name);
    if (project === undefined) return false;
    const rounds = await client.listRounds({ params: { projectId: project.id } });
    return rounds.items.length === 1;
  });
  return walk;
}

/** Throws when the condition does not hold within a minute: the walk then did not lead where it should. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > giveUpAt) throw new Error('the walk did not lead to its end within a minute');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
