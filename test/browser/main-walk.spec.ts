import { labelOne, shownItem } from './support/digits.js';
import { expect, logIn, test } from './support/house.js';

test('from the login to a finished round: labels change the ranking, an undo takes one back, the curve grows', async ({
  page,
  stack,
  client,
  digits,
}) => {
  const params = { projectId: digits.id };
  const numRoundsBefore = (await client.listRounds({ params })).items.length;
  await logIn(page, stack.admin);
  await page.getByRole('link', { name: 'Label Digits', exact: true }).click();
  await shownItem(page);
  await expect(page.getByTestId('caption')).toContainText(/Rank|Random check/);
  const numLabeledBefore = (await client.getProject({ params })).counts.labeled;

  // What is known about the item comes by itself, and labeling does not wait for it.
  await expect(page.getByRole('region', { name: 'Why this one' })).toContainText(
    'Labeled items most like it',
  );
  await expect(page.getByTestId('why-origin')).toHaveText(/^Round \d+ · lookahead · model \d+/);
  const whatIf = page.getByTestId('what-if');
  await expect(whatIf.getByRole('button', { name: /: [\d,]+ predictions? would flip$/ })).toHaveCount(10);
  await whatIf.getByRole('button').last().focus();
  await expect(whatIf.getByText(/would flip; most moved$/)).toBeVisible();
  await expect(whatIf.getByRole('img', { name: /^Predicted \d so far$/ })).toHaveCount(6);

  const upcoming = page.getByTestId('upcoming').locator('[data-item-id]');
  const orderOf = () => upcoming.evaluateAll((all) => all.map((one) => one.getAttribute('data-item-id')));
  await expect.poll(async () => (await orderOf()).length).toBeGreaterThan(8);
  const orderBefore = await orderOf();
  const labeled: string[] = [];
  for (let n = 0; n < 10; n += 1) labeled.push(await labelOne(page));
  expect(new Set(labeled).size).toBe(10);

  // The label is in the model: predictions were looked at again, and the queue has another order.
  await expect(page.getByTestId('effect')).toContainText(
    /flipped · (the next ten stay|\d+ of the next ten are new)/,
  );
  await expect(page.getByTestId('announcement')).toHaveText(/flipped, .*next ten/);
  await expect(page.getByTestId('time')).toContainText(/at work · .* left at this pace/);
  await expect(page.getByTestId('unsent')).toHaveCount(0);
  await expect(page.getByTestId('num-labeled')).toHaveText(String(numLabeledBefore + 10));
  await expect
    .poll(async () => {
      const stillThere = orderBefore.filter((id) => id !== null && !labeled.includes(id));
      return (await orderOf()).slice(0, stillThere.length).join() === stillThere.join();
    })
    .toBe(false);

  // Undo: the latest item is back, on the server it has no label, and it is labeled again.
  await page.keyboard.press('u');
  await expect(page.getByTestId('stage')).toHaveAttribute('data-item-id', labeled.at(-1)!);
  await expect(page.getByTestId('caption')).toContainText('Taken back');
  await expect
    .poll(async () => (await client.getItem({ params: { itemId: labeled.at(-1)! } })).label)
    .toBeNull();
  await labelOne(page);
  await expect
    .poll(async () => (await client.getItem({ params: { itemId: labeled.at(-1)! } })).label)
    .not.toBeNull();

  // Ten labels start a round; its end puts a point on the curve.
  await page.getByRole('link', { name: 'Rounds', exact: true }).click();
  const statuses = page.getByTestId('round-status');
  await expect.poll(() => statuses.count(), { timeout: 60_000 }).toBeGreaterThan(numRoundsBefore);
  await expect(statuses.nth(-numRoundsBefore - 1)).toHaveText('done', { timeout: 120_000 });
  await expect
    .poll(async () => Number(await page.getByTestId('curve').getAttribute('data-num-points')))
    .toBeGreaterThanOrEqual(2);
  await page.getByRole('row', { name: /done/ }).first().getByRole('link').click();
  await expect(page.getByRole('heading', { name: 'The batch' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Phases' })).toBeVisible();
  await page.getByRole('button', { name: 'API' }).click();
  await expect(page.getByTestId('snippet')).toContainText(/v1\/rounds\/rnd_[^/]+\/ranking\?limit=40/);
});
