import type { Locator } from '@playwright/test';
import { expect, logIn, test, textProject } from './support/house.js';

const hostile =
  '<b>Invoice</b> <script>window.hacked = true</script><img src=x onerror="window.hacked = true">';

test('an item with HTML and scripts is shown as text', async ({ page, stack, client }) => {
  const project = await textProject(client, 'Hostile text', [hostile]);
  await logIn(page, stack.admin);
  await page.goto(`/projects/${project.id}/annotate`);
  await expect(page.getByTestId('item-text')).toHaveText(hostile);
  expect(await page.getByTestId('item-text').locator('*').count()).toBe(0);
  await page.keyboard.press('g');
  await expect(page.getByRole('heading', { name: 'Every item has its label' })).toBeVisible();
  await expect(page.getByRole('list', { name: /Your latest answers/ })).toContainText('Good');
  expect(await page.evaluate('window.hacked')).toBeUndefined();
});

test('a script that was smuggled into a page is not run', async ({ page }) => {
  const response = await page.goto('/login');
  expect(response!.headers()['content-security-policy']).toMatch(/script-src 'self' 'nonce-\S+';/);
  const refused = await page.evaluate<string>(`new Promise((resolve) => {
    document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective));
    const script = document.createElement('script');
    script.textContent = 'window.smuggled = true';
    document.body.append(script);
  })`);
  expect(refused).toMatch(/^script-src/);
  expect(await page.evaluate('window.smuggled')).toBeUndefined();
});

test('right-to-left text reads from the right, Chinese breaks its lines, and long text scrolls from the keyboard', async ({
  page,
  stack,
  client,
}) => {
  const arabic = 'هذه مراجعة طويلة لا تحتوي على أي كلمة لاتينية. '.repeat(8).trim();
  const chinese = '这是一段没有任何空格的很长的评论文字需要在行尾正确换行而不会超出页面'.repeat(6);
  const texts = [arabic, chinese, 'W'.repeat(900), 'A long report. '.repeat(400)];
  const project = await textProject(client, 'Directions', texts);
  await logIn(page, stack.admin);
  await page.goto(`/projects/${project.id}/annotate`);
  const text = page.getByTestId('item-text');
  const areNarrow = [false, true];

  await expect(text).toHaveText(arabic);
  await expect(text).toHaveCSS('direction', 'rtl');
  for (const isNarrow of areNarrow) {
    await page.setViewportSize(isNarrow ? { width: 390, height: 844 } : { width: 1440, height: 900 });
    expect(await lines(text)).toMatchObject({ isRightAligned: true, overflowPx: 0 });
  }
  for (const shown of [chinese, texts[2]!]) {
    await page.keyboard.press('g');
    await expect(text).toHaveText(shown);
    for (const isNarrow of areNarrow) {
      await page.setViewportSize(isNarrow ? { width: 390, height: 844 } : { width: 1440, height: 900 });
      const measured = await lines(text);
      expect(measured).toMatchObject({ isLeftAligned: true, overflowPx: 0 });
      expect(measured.numLines).toBeGreaterThan(3);
    }
  }
  await page.keyboard.press('g');
  await expect(text).toContainText('A long report.');
  await text.focus();
  await page.keyboard.press('End');
  await expect.poll(() => text.evaluate((element) => element.scrollTop)).toBeGreaterThan(0);
});

/** How the lines of a text lie in its box, and how far box and page are wider than they may be. */
function lines(text: Locator) {
  return text.evaluate((element) => {
    const { document } = element.ownerDocument.defaultView!;
    const range = document.createRange();
    range.selectNodeContents(element);
    const box = element.getBoundingClientRect();
    // A line comes in pieces, where fonts and directions change.
    const ofLines = new Map<number, { left: number; right: number }>();
    for (const { top, left, right, width } of range.getClientRects()) {
      const line = ofLines.get(Math.round(top / 8)) ?? { left, right };
      if (width === 0) continue;
      ofLines.set(Math.round(top / 8), {
        left: Math.min(line.left, left),
        right: Math.max(line.right, right),
      });
    }
    const all = [...ofLines.values()];
    const page = document.documentElement;
    return {
      numLines: all.length,
      isRightAligned: all.every(({ right }) => Math.abs(right - box.right) < 24),
      isLeftAligned: all.every(({ left }) => Math.abs(left - box.left) < 24),
      overflowPx: Math.max(element.scrollWidth - element.clientWidth, page.scrollWidth - page.clientWidth),
    };
  });
}
