import { expect, logIn, test, textProject } from './support/house.js';

const texts = Array.from({ length: 12 }, (_, index) => `Review number ${index}`);

test('answers given while the network is cut are kept over a reload and arrive once', async ({
  page,
  stack,
  client,
}) => {
  const project = await textProject(client, 'Cut network', texts);
  const params = { projectId: project.id };
  await logIn(page, stack.admin);
  await page.goto(`/projects/${project.id}/annotate`);
  await expect(page.getByTestId('item-text')).toBeVisible();
  await expect(page.getByTestId('upcoming').locator('[data-item-id]')).not.toHaveCount(0);

  // Only the API is cut off, so that the page itself can be loaded again.
  await page.route('**/api/v1/**/annotations', (route) => route.abort());
  for (let n = 0; n < 3; n += 1) await page.keyboard.press('g');
  await expect(page.getByTestId('unsent')).toContainText('3 answers kept here');
  expect((await client.getProject({ params })).counts.labeled).toBe(0);

  await page.reload();
  await expect(page.getByTestId('unsent')).toContainText('3 answers kept here');
  await page.unroute('**/api/v1/**/annotations');
  await expect(page.getByTestId('unsent')).toHaveCount(0, { timeout: 60_000 });
  await expect.poll(async () => (await client.getProject({ params })).counts.labeled).toBe(3);
  expect((await client.listAnnotations({ params })).items).toHaveLength(3);
});

test('a session that ends while labeling asks for the password in place, and loses nothing', async ({
  page,
  stack,
  client,
}) => {
  const project = await textProject(client, 'Ended session', texts);
  await logIn(page, stack.admin);
  await page.goto(`/projects/${project.id}/annotate`);
  await expect(page.getByTestId('item-text')).toBeVisible();
  const text = page.getByTestId('item-text');
  const first = await text.innerText();
  await page.keyboard.press('g');
  await expect(text).not.toHaveText(first);
  await expect(page.getByTestId('unsent')).toHaveCount(0);
  await expect(page.getByTestId('upcoming').locator('[data-item-id]')).not.toHaveCount(0);
  // An admin ends it; the page learns of it once it has given two answers more, and not in between.
  let tellPage = () => {};
  const mayKnow = new Promise<void>((resolve) => {
    tellPage = resolve;
  });
  await page.route('**/api/**', async (route) => {
    await mayKnow;
    await route.continue();
  });
  const userAgent = await page.evaluate<string>('navigator.userAgent');
  const { items: sessions } = await client.listSessions({});
  const own = sessions.find((one) => one.userAgent === userAgent)!;
  await client.revokeSession({ params: { sessionId: own.id } });
  for (let n = 0; n < 2; n += 1) {
    const shown = await text.innerText();
    await page.keyboard.press('b');
    await expect(text).not.toHaveText(shown);
  }
  tellPage();
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  await expect(dialog).toBeVisible();

  await dialog.getByLabel('Password').fill('not the password');
  await dialog.getByRole('button', { name: 'Log in' }).click();
  await expect(dialog.getByRole('alert')).toContainText('do not belong together');
  await dialog.getByLabel('Password').fill(stack.admin.password);
  await dialog.getByRole('button', { name: 'Log in' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByTestId('unsent')).toHaveCount(0);
  await expect
    .poll(async () => (await client.getProject({ params: { projectId: project.id } })).counts.labeled)
    .toBe(3);
  const { items } = await client.listAnnotations({
    params: { projectId: project.id },
    query: { superseded: true },
  });
  expect(items.map(({ classKey }) => classKey)).toEqual(['bad', 'bad', 'good']);
  await expect(page.getByTestId('item-text')).toBeVisible();
});

test('who is not logged in comes back to where she wanted to be', async ({ page, stack, client }) => {
  const project = await textProject(client, 'Way back', texts.slice(0, 1));
  await page.goto(`/projects/${project.id}/rounds`);
  await expect(page.getByRole('heading', { name: 'Log in' })).toBeVisible();
  await page.getByLabel('E-mail').fill(stack.admin.email);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByText('do not belong together')).toBeVisible();
  await page.getByLabel('Password').fill(stack.admin.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page).toHaveURL(new RegExp(`/projects/${project.id}/rounds$`));
  await expect(page.getByRole('heading', { level: 1, name: 'Rounds' })).toBeVisible();
});
