import type { Locator, Page } from '@playwright/test';
import { shownItem } from './support/digits.js';
import { expect, logIn, test } from './support/house.js';

/** Tabs until the focus is on the element, as a person would; the focus must be visible there. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let n = 0; n < 60; n += 1) {
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) {
      await expect(target).toHaveCSS('outline-style', 'solid');
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`sixty tabs did not reach ${target}`);
}

test('everything is done by keyboard alone', async ({ page, stack, digits }) => {
  await page.goto('/login');
  await expect(page.getByLabel('E-mail')).toBeFocused();
  await page.keyboard.type(stack.admin.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(stack.admin.password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Projects' })).toBeVisible();

  await tabTo(page, page.getByRole('link', { name: 'Label Digits', exact: true }));
  await page.keyboard.press('Enter');
  const first = await shownItem(page);

  // Flag, skip with a reason from the menu, undo: the item is back, and so is its flag.
  await page.keyboard.press('f');
  await expect(page.getByRole('button', { name: /^Flagged/ })).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('s');
  // A menu moves its focus in a task of its own; keys of a program would come before it.
  const reasons = page.getByRole('menuitem');
  await expect(reasons.first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(reasons.nth(1)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(reasons.nth(2)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('stage')).not.toHaveAttribute('data-item-id', first);
  await expect(page.getByTestId('announcement')).toContainText('Skipped');
  await page.keyboard.press('Control+z');
  await expect(page.getByTestId('stage')).toHaveAttribute('data-item-id', first);
  await expect(page.getByRole('button', { name: /^Flagged/ })).toBeVisible();

  // A class button answers to Enter like to its key.
  await tabTo(
    page,
    page.getByRole('group', { name: 'Classes' }).getByRole('button', { name: '4', exact: true }),
  );
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('stage')).not.toHaveAttribute('data-item-id', first);
  await page.keyboard.press('u');
  await expect(page.getByTestId('stage')).toHaveAttribute('data-item-id', first);

  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('5');
  await expect(page.getByTestId('stage')).toHaveAttribute('data-item-id', first);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeHidden();

  await page.keyboard.press('w');
  await expect(page.getByRole('button', { name: 'Show what-if' })).toBeVisible();
  await page.keyboard.press('w');
  await expect(page.getByRole('button', { name: 'Hide what-if' })).toBeVisible();

  await tabTo(page, page.getByRole('link', { name: 'Rounds', exact: true }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Rounds' })).toBeVisible();
  await tabTo(page, page.getByRole('row', { name: /done/ }).last().getByRole('link'));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Round 1' })).toBeVisible();

  await tabTo(page, page.getByRole('button', { name: 'Theme' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem', { name: 'Light' })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('menuitem', { name: 'Dark' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await tabTo(page, page.getByRole('button', { name: /^Account of/ }));
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  await expect(page.getByRole('menuitem', { name: 'Log out' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Log in' })).toBeVisible();
  expect(digits.name).toBe('Digits');
});

test('a key brings the next item before anything else on the screen is drawn anew', async ({
  page,
  stack,
  digits,
}) => {
  await logIn(page, stack.admin);
  await page.goto(`/projects/${digits.id}/annotate`);
  const first = await shownItem(page);
  await expect(page.getByRole('region', { name: 'Why this one' })).toBeVisible();
  const past = 'Your latest answers, newest first; choose one to undo it';
  const strip = page.getByRole('list', { name: past });
  // As a string: the types of a page are not those of the tests. What React changes at once, it tells at once.
  await page.evaluate(`(() => {
    globalThis.changedTogether = [];
    new MutationObserver((changes) => {
      const places = changes.map(({ target }) => (target.parentElement ?? target).closest('[data-testid="stage"], ol, aside, fieldset'));
      changedTogether.push(places.map((place) => place?.dataset.testid ?? place?.getAttribute('aria-label') ?? 'other'));
    }).observe(document.querySelector('main'), { subtree: true, childList: true, attributes: true });
  })()`);
  await page.keyboard.press('5');
  await expect(strip.getByRole('button').first()).toHaveAccessibleName('Undo 5');
  await expect(page.getByTestId('stage')).not.toHaveAttribute('data-item-id', first);
  const changes = (await page.evaluate('changedTogether')) as string[][];
  const ofStage = changes.findIndex((places) => places.includes('stage'));
  const ofStrip = changes.findIndex((places) => places.includes(past));
  expect(ofStage).toBeGreaterThanOrEqual(0);
  expect(changes[ofStage]).not.toContain('About this item');
  expect(ofStrip).toBeGreaterThan(ofStage);
  await page.keyboard.press('u');
  await expect(page.getByTestId('stage')).toHaveAttribute('data-item-id', first);
});
