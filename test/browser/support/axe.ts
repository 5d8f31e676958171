import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/**
 * What axe finds, as lines that say in which theme and where. Only contrasts depend on the theme: all other rules are
 * checked once, in the light one.
 */
export async function faults(page: Page): Promise<string[]> {
  return [...(await faultsIn(page, 'light')), ...(await faultsIn(page, 'dark'))];
}

async function faultsIn(page: Page, colorScheme: 'light' | 'dark'): Promise<string[]> {
  await page.emulateMedia({ colorScheme });
  // What glides or fades in has its final colours only at the end.
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
