import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** What axe finds, as lines that say where. */
export async function faults(page: Page): Promise<string[]> {
  // What glides or fades in has its final colours only at the end.
  await expect
    .poll(() =>
      page.evaluate(
        'document.getAnimations().filter((a) => a.effect.getTiming().iterations !== Infinity && a.playState === "running").length',
      ),
    )
    .toBe(0);
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`),
  );
}
