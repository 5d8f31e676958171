import { faults } from './support/axe.js';
import { expect, logIn, test, textProject } from './support/house.js';

test.use({ viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true });

test('on a phone, items are labeled, skipped and taken back by touch', async ({ page, stack, client }) => {
  const texts = Array.from({ length: 6 }, (_, index) => `Message number ${index}`);
  const project = await textProject(client, 'By touch', texts);
  const answers = async () =>
    (await client.listAnnotations({ params: { projectId: project.id } })).items.map(
      ({ classKey, skip }) => classKey ?? skip?.reason,
    );
  await logIn(page, stack.admin);
  await page.goto(`/projects/${project.id}/annotate`);
  const stage = page.getByTestId('stage');
  await expect(page.getByTestId('item-text')).toBeVisible();
  const first = await stage.getAttribute('data-item-id');
  await page.getByRole('group', { name: 'Classes' }).getByRole('button', { name: 'Good' }).tap();
  await expect(stage).not.toHaveAttribute('data-item-id', first!);
  await page.getByRole('button', { name: 'Skip' }).tap();
  await page.getByRole('menuitem', { name: 'Broken' }).tap();
  await expect.poll(answers).toEqual(['broken', 'good']);

  // The strip of what was answered is here, too: an older answer is taken back by it.
  await expect(page.getByTestId('upcoming').getByRole('listitem')).not.toHaveCount(0);
  await page.getByRole('button', { name: 'Undo Good' }).tap();
  await expect(stage).toHaveAttribute('data-item-id', first!);
  await expect.poll(answers).toEqual(['broken']);
  await page.getByRole('button', { name: 'Undo', exact: true }).tap();
  await expect.poll(answers).toEqual([]);

  expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(
    0,
  );
  await page.emulateMedia({ reducedMotion: 'reduce' });
  expect(await faults(page)).toEqual([]);
});
