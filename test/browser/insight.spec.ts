import { expect, logIn, test } from './support/house.js';
import { vectorLines, vectorProject, vectorRows } from './support/vectors.js';

const numClasses = 12;
const numRows = 240;
/** Rows that are labeled as the class behind theirs. */
const wrong = [5, 30];

test('wrong labels are found and set right or kept, the forecast says what comes, what-if shows all classes', async ({
  page,
  stack,
  client,
}) => {
  const rows = vectorRows(numRows, numClasses).map((row, n) =>
    wrong.includes(n) ? { ...row, label: `class ${(n + 1) % numClasses}` } : row,
  );
  const lines = vectorLines(rows, { numLabeled: 96 });
  const project = await vectorProject(client, 'Planted labels', { numClasses, lines, numRows });
  const params = { projectId: project.id };
  const round = await client.createRound({ params, body: { seed: 3 } });
  expect(await client.waitForRound(round.id)).toMatchObject({ status: 'done' });
  await logIn(page, stack.admin);
  await page.goto(`/projects/${project.id}/insight`);

  const suspects = page.getByTestId('suspects').getByRole('listitem');
  const first = suspects.filter({ hasText: 'class 6' }).filter({ hasText: 'class 5' });
  const second = suspects.filter({ hasText: 'class 7' }).filter({ hasText: 'class 6' });
  await expect(first).toHaveCount(1, { timeout: 60_000 });
  await expect(second).toHaveCount(1);
  const numSuspects = await suspects.count();
  await first.getByRole('button', { name: 'Make it class 5' }).click();
  await expect(suspects).toHaveCount(numSuspects - 1);
  await expect(first).toHaveCount(0);
  const byId = async (text: string) =>
    (await client.listItems({ params, query: { limit: 1000 } })).items.find(
      (item) => item.externalId === text,
    );
  expect((await byId('row-5'))?.label).toBe('class 5');
  await second.getByRole('button', { name: 'Keep' }).click();
  await expect(second).toHaveCount(0);
  expect((await byId('row-30'))?.label).toBe('class 7');

  // The forecast has numbers of its own, and they are those of the API.
  const forecast = await client.getForecast({ params, query: { batch: 50 } });
  const panel = page.getByTestId('forecast');
  await expect(panel).toContainText(/The next 50 labels take about \d+\.\d% off the error that is left\./);
  await expect(
    panel.getByRole('img', { name: /^Error over further labels: 100% today, .* after \d+/ }),
  ).toBeVisible();
  await expect(panel).toContainText(
    { 'go-on': 'Go on', slowing: 'Slowing', stop: 'You may stop', 'cannot-say': 'Cannot say' }[
      forecast.advice.kind
    ],
  );
  await expect(page.getByText('No item is gold.', { exact: false })).toBeVisible();
  // What was kept is not asked again, what was set right is no suspect any more.
  await page.reload();
  await expect(page.getByTestId('suspects')).toBeVisible();
  await expect(first.or(second)).toHaveCount(0);

  await page.goto(`/projects/${project.id}/annotate`);
  const answers = page.getByTestId('what-if').getByRole('button', { name: /would flip$/ });
  await expect(answers).toHaveCount(10);
  await page.getByRole('button', { name: 'Show all 12 classes' }).click();
  await expect(answers).toHaveCount(12);
  await page.getByRole('button', { name: 'Only the 10 likeliest' }).click();
  await expect(answers).toHaveCount(10);
});
