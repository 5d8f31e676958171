import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/**
 * What axe finds, as lines that say in which theme and where. Only contrasts depend on the theme: all other rules are
 * checked once, in the light one.
 */
export async function faults(page: Page): Promise<string[]> {
  // What comes while axe looks (a neighbour in the strip, a new rank) must not be judged half faded in.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const found = [...(await faultsIn(page, 'light')), ...(await faultsIn(page, 'dark'))];
  await page.emulateMedia({ reducedMotion: null });
  return found;
}

async function faultsIn(page: Page, colorScheme: 'light' | 'dark'): Promise<string[]> {
  await page.emulateMedia({ colorScheme });
  // What is dimmed until its answer comes, and what glides or fades in, has its final colours only at the end.
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
  await expect
    .poll(() =>
      page.evaluate(
        'document.getAnimations().filter((a) => a.effect.getTiming().iterations !== Infinity && a.playState === "running").length',
      ),
    )
    .toBe(0);
  // In the page itself. For the sake of frames axe would else open an empty page each time, which takes far longer than
  // what it finds, and leaves the screen in the background, where nothing glides on. Our screens have no frames.
  expect(page.frames()).toHaveLength(1);
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode();
  if (colorScheme === 'dark') axe.withRules(['color-contrast', 'link-in-text-block']);
  const { violations } = await axe.analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${colorScheme}, ${id}: ${node.target} ${node.failureSummary}`),
  );
}
