import type { Page } from '@playwright/test';
import { faults } from './support/axe.js';
import { expect, logIn, newMember, test, textProject } from './support/house.js';

const confirm = (page: Page, name: string) =>
  page.getByRole('dialog').getByRole('button', { name, exact: true });

test('an admin invites somebody, gives a role and shuts the door again; others are not let in', async ({
  page,
  browser,
  stack,
  client,
  digits,
}) => {
  const email = `invited-${Date.now()}@tangent.test`;
  await logIn(page, stack.admin);
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Administration' }).click();
  await page.getByRole('button', { name: 'New user' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Ada Invited');
  await page.getByLabel('E-mail', { exact: true }).fill(email);
  await page.getByLabel('Project', { exact: true }).selectOption({ label: 'Digits' });
  await page.getByLabel('Role in it').selectOption('reviewer');
  // By keyboard: the form is sent from where the hands are.
  await page.getByLabel('E-mail', { exact: true }).press('Enter');
  await expect(page.getByRole('heading', { name: 'Ada Invited may log in' })).toBeVisible();
  const password = await page.getByTestId('secret').last().innerText();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText(password)).toHaveCount(0);

  const theirs = await (await browser.newContext({ baseURL: stack.webUrl })).newPage();
  await logIn(theirs, { email, password });
  await theirs.getByRole('button', { name: /^Account of/ }).click();
  await expect(theirs.getByRole('menuitem', { name: 'Your account' })).toBeVisible();
  await expect(theirs.getByRole('menuitem', { name: 'Administration' })).toHaveCount(0);
  await theirs.goto('/admin/users');
  await expect(theirs.getByRole('heading', { name: 'This is for administrators' })).toBeVisible();
  await theirs.goto(`/projects/${digits.id}/settings/webhooks`);
  await expect(theirs.getByRole('heading', { name: 'Your role does not reach here' })).toBeVisible();

  // A role is changed where the members are; then the settings are offered.
  await page.goto(`/projects/${digits.id}/settings/members`);
  await page.getByLabel('Role of Ada Invited').selectOption('engineer');
  await expect(page.getByText('Ada Invited is engineer now')).toBeVisible();
  await theirs.reload();
  await expect(theirs.getByRole('heading', { name: 'Webhooks' })).toBeVisible();

  await page.goto('/admin/users');
  await page.getByLabel('Find a user by name or e-mail').fill(email);
  await page.getByRole('link', { name: 'Ada Invited' }).click();
  await page.getByRole('button', { name: 'Deactivate' }).click();
  await expect(page.getByRole('dialog')).toContainText('Sessions end');
  await confirm(page, 'Deactivate').click();
  await expect(page.getByRole('button', { name: 'Reactivate' })).toBeVisible();
  await theirs.reload();
  await expect(theirs.getByRole('button', { name: 'Log in' })).toBeVisible();
  const { items } = await client.listAudit({ query: { action: 'user.update', limit: 1 } });
  expect(items[0]?.detail).toMatchObject({ isDisabled: true });
});

test('a token is shown once and works until it is revoked; the password is one’s own to change', async ({
  browser,
  stack,
  client,
  digits,
}) => {
  const page = await newMember(browser, stack, client, digits.id);
  await page.goto('/account');
  await page.getByRole('button', { name: 'New token' }).click();
  await page.getByLabel('Name', { exact: true }).fill('nightly');
  await page.getByRole('button', { name: 'Create token' }).click();
  const token = await page.getByTestId('secret').first().innerText();
  expect(token).toMatch(/^tgt_[\w-]{43}$/);
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText(token)).toHaveCount(0);
  const use = async () => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${stack.apiUrl}/v1/projects/${digits.id}`, { headers })).status;
  };
  expect(await use()).toBe(200);
  await page.getByRole('button', { name: 'Revoke nightly' }).click();
  await confirm(page, 'Revoke').click();
  // While the question is open nothing behind it has a role: that the button is gone says nothing yet.
  await expect.poll(use).toBe(401);
  await expect(page.getByRole('button', { name: 'Revoke nightly' })).toHaveCount(0);

  await page.getByLabel('Current password').fill('not this one');
  await page.getByLabel('New password').fill('another long password');
  await page.getByLabel('The new one again').fill('another long password');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'currentPassword is wrong' })).toBeVisible();
  await page.getByLabel('Current password').fill('a long enough password');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Your password is changed')).toBeVisible();
});

test('queues are stopped behind a question; a round shows its jobs; Bull Board only shows', async ({
  page,
  stack,
  client,
  digits,
}) => {
  await logIn(page, stack.admin);
  await page.goto('/admin/workers');
  await expect(page.getByRole('region', { name: 'Workers' }).getByText('items/s')).toBeVisible();
  await page.getByRole('button', { name: 'Pause imports' }).click();
  await confirm(page, 'Pause').click();
  await expect(page.getByRole('button', { name: 'Resume imports' })).toBeVisible();
  expect((await client.listQueues()).items.map(({ isPaused }) => isPaused)).toEqual([false, true]);
  await page.getByRole('button', { name: 'Resume imports' }).click();
  await confirm(page, 'Resume').click();
  await expect(page.getByRole('button', { name: 'Pause imports' })).toBeVisible();

  await page.getByRole('button', { name: 'Drain imports' }).click();
  await expect(page.getByRole('dialog')).toContainText('Nothing is lost');
  await confirm(page, 'Drain').click();
  await expect(page.getByText('Took 0 jobs away, queued 0 anew')).toBeVisible();

  // A round that waits is cancelled, behind a question, where its queue is seen.
  const newest = async () => (await client.listRounds({ params: { projectId: digits.id } })).items[0]?.status;
  await expect.poll(newest, { timeout: 120_000 }).toMatch(/done|cancelled/);
  await client.pauseQueue({ params: { name: 'rounds' } });
  const { id: roundId } = await client.createRound({ params: { projectId: digits.id }, body: {} });
  await page.goto(`/admin/rounds/${roundId}`);
  await expect(page.getByRole('region', { name: 'Queue' })).toContainText('Paused');
  await page.getByRole('button', { name: /^Cancel round/ }).click();
  await confirm(page, 'Not now').click();
  expect((await client.getRound({ params: { roundId } })).status).toBe('planned');
  await page.getByRole('button', { name: /^Cancel round/ }).click();
  await confirm(page, 'Cancel the round').click();
  await expect(page.getByText('cancelled', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Resume rounds' }).click();
  await confirm(page, 'Resume').click();
  await expect(page.getByRole('button', { name: 'Pause rounds' })).toBeVisible();

  await page.goto('/admin/rounds');
  // The one just cancelled is first until the list holds the others alone.
  const cancelled = page.getByRole('main').getByText('cancelled', { exact: true });
  await expect(cancelled.first()).toBeVisible();
  await page.getByRole('button', { name: 'Done', exact: true }).click();
  await expect(cancelled).toHaveCount(0);
  await page
    .getByRole('link', { name: /Digits/ })
    .first()
    .click();
  await expect(page.getByRole('listitem').filter({ hasText: 'train-model: done' }).last()).toBeVisible();
  await expect(page.getByRole('region', { name: 'Shards' }).getByRole('row')).not.toHaveCount(0);

  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto('/admin/queues');
  await expect(page.getByText('tangent-rounds').first()).toBeVisible();
  expect(complaints).toEqual([]);
  expect(digits.name).toBe('Digits');
});

test('a webhook’s secret is shown once, and its deliveries are told; the audit is filtered', async ({
  page,
  stack,
  client,
  digits,
}) => {
  await logIn(page, stack.admin);
  await page.goto(`/projects/${digits.id}/settings/webhooks`);
  await page.getByRole('button', { name: 'New webhook' }).click();
  await page.getByLabel('URL').fill('https://receiver.invalid/hook');
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await expect(page.getByTestId('secret')).toHaveText(/^whsec_/);
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByTestId('secret')).toHaveCount(0);
  await page.getByRole('button', { name: 'Send a test' }).click();
  await page.getByRole('link', { name: 'Deliveries' }).click();
  await expect(page.getByText('webhook.test')).toBeVisible();
  await page.getByRole('link', { name: 'Webhooks' }).first().click();
  await page.getByRole('button', { name: /^More about/ }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await confirm(page, 'Remove').click();
  await expect(page.getByRole('heading', { name: 'No webhook yet' })).toBeVisible();

  await page.goto('/admin/audit');
  await page.getByLabel('What').selectOption({ label: 'removed a webhook' });
  await page.getByRole('combobox', { name: 'Project' }).selectOption({ label: 'Digits' });
  const rows = page.getByRole('region', { name: 'Audit' }).getByRole('row');
  await expect(rows).toHaveCount(2);
  await expect(rows.last()).toContainText('webhook.delete');
  const href = await page.getByRole('link', { name: 'CSV' }).getAttribute('href');
  const csv = await (await page.request.get(href!)).text();
  expect(csv.trim().split('\r\n')).toHaveLength(2);
  expect((await client.listWebhooks({ params: { projectId: digits.id } })).items).toEqual([]);
});

test('rights are given and taken on the page of a user, and the audit finds who did it by person and day', async ({
  page,
  stack,
  client,
}) => {
  const email = `promoted-${Date.now()}@tangent.test`;
  const user = await client.createUser({
    body: { email, name: 'Grace Promoted', password: 'a long enough password' },
  });
  await logIn(page, stack.admin);
  await page.goto(`/admin/users/${user.id}`);
  await page.getByRole('button', { name: 'Make administrator' }).click();
  await expect(page.getByRole('dialog')).toContainText('Administrators may do everything');
  await confirm(page, 'Make administrator').click();
  await expect(page.getByRole('button', { name: 'Take administration away' })).toBeVisible();
  const isAdmin = async () => (await client.listUsers()).items.find(({ id }) => id === user.id)?.isAdmin;
  expect(await isAdmin()).toBe(true);
  await page.getByRole('button', { name: 'Take administration away' }).click();
  await confirm(page, 'Take away').click();
  await expect(page.getByRole('button', { name: 'Make administrator' })).toBeVisible();
  expect(await isAdmin()).toBe(false);
  await page.getByRole('button', { name: 'Reset password' }).click();
  await confirm(page, 'Reset password').click();
  const password = await page.getByTestId('secret').innerText();
  await page.keyboard.press('Escape');

  // One's own rights are not one's own to take.
  const me = (await client.listUsers()).items.find((one) => one.email === stack.admin.email)!;
  await page.goto(`/admin/users/${me.id}`);
  await expect(page.getByText('Another administrator can take rights from you.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Take administration away' })).toHaveCount(0);

  await page.goto('/admin/audit');
  const rows = page.getByRole('region', { name: 'Audit' }).getByRole('row');
  await page.getByLabel('What').selectOption({ label: 'changed a user' });
  const { items } = await client.listAudit({ query: { action: 'user.update', limit: 200 } });
  expect(items.filter(({ detail }) => 'isAdmin' in detail)).toHaveLength(2);
  await expect(rows).toHaveCount(1 + items.length);
  await page.getByRole('combobox', { name: 'Who' }).selectOption({ label: 'Grace Promoted' });
  await expect(rows).toHaveCount(0);
  await page.getByRole('combobox', { name: 'Who' }).selectOption({ label: me.name });
  await expect(rows).toHaveCount(1 + items.length);
  await page.getByLabel('To', { exact: true }).fill('2020-01-01');
  await expect(rows).toHaveCount(0);

  const theirs = await page.context().browser()!.newContext({ baseURL: stack.webUrl });
  await logIn(await theirs.newPage(), { email, password });
  await theirs.close();
});

test('the storage is told in the figures of the API', async ({ page, stack, client, digits }) => {
  await logIn(page, stack.admin);
  await page.goto('/admin/storage');
  const { media, database } = await client.getStorage();
  const { items } = await client
    .getProject({ params: { projectId: digits.id } })
    .then(({ counts }) => counts);
  expect(media.num).toBeGreaterThanOrEqual(items);
  const facts = page.getByRole('main').locator('dl > div');
  await expect(facts.filter({ hasText: 'Images' })).toContainText(
    `${media.num.toLocaleString('en')} images in the data folder`,
  );
  await expect(facts.filter({ hasText: 'Database' })).toContainText(/\d+(\.\d)? (MB|GB)/);
  await expect(facts.filter({ hasText: 'Free disk' })).toContainText(/\d+% of \d+/);
  const tables = page.getByRole('region', { name: 'The largest tables' }).getByRole('row');
  await expect(tables).toHaveCount(1 + database.tables.length);
  await expect(tables.nth(1)).toContainText(database.tables[0]!.name.replaceAll('_', ' '));
});

test('axe finds nothing on the screens of the administration, light and dark', async ({
  page,
  stack,
  client,
  digits,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await logIn(page, stack.admin);
  const { items: rounds } = await client.listAllRounds({ query: { limit: 1 } });
  const { items: users } = await client.listUsers();
  const settings = `/projects/${digits.id}/settings`;
  const paths = [
    '/account',
    '/admin/users',
    `/admin/users/${users.at(-1)!.id}`,
    '/admin/workers',
    '/admin/rounds',
    `/admin/rounds/${rounds[0]!.id}`,
    '/admin/storage',
    '/admin/audit',
    `${settings}/general`,
    `${settings}/members`,
    `${settings}/webhooks`,
  ];
  for (const path of paths) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    expect(await faults(page), path).toEqual([]);
  }
});

test('an engineer changes the settings by keyboard; who comes second is told, and nothing is lost', async ({
  page,
  stack,
  client,
}) => {
  const project = await textProject(client, 'To be changed', ['One text', 'Another']);
  const params = { projectId: project.id };
  await logIn(page, stack.admin);
  await page.goto(`/projects/${project.id}/settings`);
  await page.getByLabel('Name', { exact: true }).fill('Changed');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Look twice.');
  await page.getByLabel('A new round after').focus();
  await page.keyboard.type('35');
  await page.getByLabel('Annotations an item').fill('2');
  await page.getByLabel('Kernel', { exact: true }).selectOption('last-layer');
  await page.getByLabel('Blind').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await expect(page.getByText('The settings are saved.')).toBeVisible();
  const changed = await client.getProject({ params });
  expect(changed).toMatchObject({
    name: 'Changed',
    settings: {
      instructions: 'Look twice.',
      trigger: { everyLabels: 35 },
      overlap: 2,
      blind: true,
      kernel: { ...project.settings.kernel, type: 'last-layer' },
    },
  });

  await client.updateProject({ params, body: { settings: { batchSize: 7 } } });
  await page.getByLabel('Batch size').fill('9');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert').filter({ hasText: 'Somebody else has changed' })).toBeVisible();
  expect((await client.getProject({ params })).settings.batchSize).toBe(7);
  await page.getByRole('button', { name: 'Show what they are now' }).click();
  await expect(page.getByLabel('Batch size')).toHaveValue('7');
  await page.getByLabel('Batch size').fill('9');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await client.getProject({ params })).settings.batchSize).toBe(9);
});
