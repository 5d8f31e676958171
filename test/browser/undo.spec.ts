import { expect, logIn, test, textProject } from './support/house.js';

const numLabeled = 55;
const numUndone = 51;

test('after a reload the latest answers are undone one by one, sent or not, and the database agrees', async ({
  page,
  stack,
  client,
}) => {
  const texts = Array.from({ length: 60 }, (_, index) => `Letter number ${index}`);
  const project = await textProject(client, 'Long undo', texts);
  const params = { projectId: project.id };
  const stage = page.getByTestId('stage');
  await logIn(page, stack.admin);
  await page.goto(`/projects/${project.id}/annotate`);

  const answered: { readonly itemId: string; readonly classKey: string }[] = [];
  const answer = async () => {
    await expect(page.getByTestId('item-text')).toBeVisible();
    const itemId = await stage.getAttribute('data-item-id');
    if (itemId === null) throw new Error('the stage shows no item');
    const classKey = answered.length % 3 === 0 ? 'bad' : 'good';
    answered.push({ itemId, classKey });
    await page.keyboard.press(classKey[0]!);
    await expect(stage).not.toHaveAttribute('data-item-id', itemId);
  };
  while (answered.length < numLabeled - 3) await answer();
  await expect(page.getByTestId('unsent')).toHaveCount(0);
  await page.route('**/api/v1/**/annotations', (route) => route.abort());
  while (answered.length < numLabeled) await answer();
  await expect(page.getByTestId('unsent')).toContainText('3 answers kept here');

  await page.reload();
  await expect(page.getByTestId('unsent')).toContainText('3 answers kept here');
  const strip = page.getByRole('list', { name: /Your latest answers/ });
  await expect(strip.getByRole('button')).toHaveCount(12);
  const undone = answered.slice(-numUndone).reverse();
  for (const { itemId, classKey } of undone) {
    await page.keyboard.press('u');
    await expect(stage).toHaveAttribute('data-item-id', itemId);
    await expect(page.getByTestId('caption')).toContainText(classKey === 'good' ? 'Good' : 'Bad');
  }
  await expect(strip.getByRole('button')).toHaveCount(numLabeled - numUndone);
  await page.unroute('**/api/v1/**/annotations');
  // As the browser says when its network is back; else the answers wait for their next try.
  await page.evaluate('window.dispatchEvent(new Event("online"))');
  await expect(page.getByTestId('unsent')).toHaveCount(0, { timeout: 60_000 });

  const { items: left } = await client.listAnnotations({ params, query: { limit: 100 } });
  expect(left.map(({ itemId, classKey }) => ({ itemId, classKey })).reverse()).toEqual(
    answered.slice(0, numLabeled - numUndone),
  );
  expect((await client.getProject({ params })).counts.labeled).toBe(numLabeled - numUndone);

  // What was undone in the page before stays undone, and the rest goes the same way.
  await page.reload();
  await expect(strip.getByRole('button')).toHaveCount(numLabeled - numUndone);
  for (const { itemId } of answered.slice(0, numLabeled - numUndone).reverse()) {
    await page.keyboard.press('u');
    await expect(stage).toHaveAttribute('data-item-id', itemId);
  }
  await page.keyboard.press('u');
  await expect(page.getByText('There is nothing left to undo.')).toBeVisible();
  await expect.poll(async () => (await client.getProject({ params })).counts.labeled).toBe(0);
});
