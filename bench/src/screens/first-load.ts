import type { Page } from '@playwright/test';

/** Bytes of JavaScript, as compressed on their way, until the annotate page shows its item and what is known of it. */
export async function firstLoadBytes(page: Page, projectId: string): Promise<number> {
  const sizes: Promise<number>[] = [];
  page.on('requestfinished', (request) => {
    if (request.resourceType() !== 'script') return;
    sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  });
  await page.goto(`/projects/${projectId}/annotate`);
  await page.getByTestId('item-image').waitFor();
  await page.getByTestId('what-if').waitFor();
  const loaded = await Promise.all(sizes);
  if (loaded.length === 0) throw new Error('the annotate page loaded no script: it came from a cache');
  return loaded.reduce((sum, one) => sum + one, 0);
}
