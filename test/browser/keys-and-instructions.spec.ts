import { faults } from './support/axe.js';
import { expect, logIn, newMember, test, textProject } from './support/house.js';

const texts = Array.from({ length: 8 }, (_, index) => `Postcard number ${index}`);

test('keys are chosen in their list, without two meanings for one, and hold over a reload', async ({
  page,
  stack,
  client,
}) => {
  const project = await textProject(client, 'Own keys', texts);
  const labels = async () =>
    (await client.listAnnotations({ params: { projectId: project.id } })).items
      .map(({ classKey }) => classKey)
      .reverse();
  await logIn(page, stack.admin);
  await page.goto(`/projects/${project.id}/annotate`);
  await expect(page.getByTestId('item-text')).toBeVisible();

  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keys' });
  const good = dialog.getByRole('button', { name: 'Good: key G' });
  await expect(good).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('b');
  await expect(dialog.getByRole('alert')).toHaveText(/B is the key of “Bad” already/);
  await page.keyboard.press('Tab');
  await expect(dialog.getByRole('alert')).toHaveText(/Tab belongs to the browser/);
  await page.keyboard.press('Control+k');
  await expect(dialog.getByRole('alert')).toHaveText(/Ctrl, Alt or ⌘/);
  expect(await faults(page)).toEqual([]);
  await page.keyboard.press('k');
  await expect(dialog.getByRole('button', { name: 'Good: key K' })).toBeFocused();
  await expect(dialog.getByRole('alert')).toHaveCount(0);
  // Esc leaves the row as it is, and only a second one closes the list.
  await dialog.getByRole('button', { name: 'Skip, with a reason: key S' }).click();
  await page.keyboard.press('Escape');
  await expect(dialog.getByRole('button', { name: 'Skip, with a reason: key S' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Undo the last answer: key U' }).click();
  await page.keyboard.press('g');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  const classes = page.getByRole('group', { name: 'Classes' });
  await expect(classes.getByRole('button', { name: 'Good' })).toContainText('K');
  await expect(page.getByRole('button', { name: 'Undo', exact: false }).first()).toContainText('G');
  await page.keyboard.press('k');
  await expect.poll(labels).toEqual(['good']);
  await page.keyboard.press('g');
  await expect.poll(labels).toEqual([]);

  await page.reload();
  await expect(page.getByTestId('item-text')).toBeVisible();
  await page.keyboard.press('k');
  await expect.poll(labels).toEqual(['good']);
  await page.keyboard.press('?');
  await dialog.getByRole('button', { name: 'Back to the default keys' }).click();
  await expect(dialog.getByRole('button', { name: 'Good: key G' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('k');
  await page.keyboard.press('g');
  await page.keyboard.press('b');
  await expect.poll(labels).toEqual(['good', 'good', 'bad']);
});

test('instructions are open until they are put away, and again when they change; who is blind', async ({
  page,
  browser,
  stack,
  client,
}) => {
  const project = await textProject(client, 'With instructions', texts);
  const params = { projectId: project.id };
  const instructions = 'Good is what\nyou would send.\n<b>Not markup.</b>';
  await client.updateProject({ params, body: { settings: { instructions } } });
  await logIn(page, stack.admin);
  await page.goto(`/projects/${project.id}/annotate`);
  const panel = page.getByRole('region', { name: 'Instructions', exact: true });
  await expect(panel.getByRole('region')).toHaveText(instructions, { useInnerText: true });
  expect(await faults(page)).toEqual([]);
  await page.keyboard.press('g');
  await expect.poll(async () => (await client.getProject({ params })).counts.labeled).toBe(1);
  await expect(panel).toBeVisible();
  await page.keyboard.press('i');
  await expect(panel).toHaveCount(0);

  await page.reload();
  await expect(page.getByTestId('item-text')).toBeVisible();
  await expect(panel).toHaveCount(0);
  await page.keyboard.press('i');
  await expect(panel).toBeVisible();
  await panel.getByRole('button', { name: 'Put the instructions away' }).click();
  await expect(panel).toHaveCount(0);

  await client.updateProject({ params, body: { settings: { instructions: 'Good is what is kind.' } } });
  await page.reload();
  await expect(panel).toContainText('Good is what is kind.');

  // Blind are the annotators; who reviews their answers sees what the model thinks.
  await client.updateProject({ params, body: { settings: { blind: true } } });
  await page.reload();
  await expect(page.getByRole('region', { name: 'Why this one' })).toBeVisible();
  // The reviewer holds all there is, and gives it back.
  await page.goto('/');
  const annotator = await newMember(browser, stack, client, project.id);
  await annotator.goto(`/projects/${project.id}/annotate`);
  await expect(annotator.getByTestId('item-text')).toBeVisible();
  await expect(annotator.getByRole('region', { name: 'Progress' })).toBeVisible();
  await expect(annotator.getByRole('region', { name: 'Why this one' })).toHaveCount(0);
  await expect(annotator.getByRole('region', { name: /^What if/ })).toHaveCount(0);
  await annotator.context().close();
});
