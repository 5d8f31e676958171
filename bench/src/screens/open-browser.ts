import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from '@playwright/test';

/** CHROMIUM_PATH, else Debian’s. Throws with the way out where there is none. */
export function openBrowser(): Promise<Browser> {
  const { CHROMIUM_PATH: given } = process.env;
  const executablePath = [given, '/usr/bin/chromium'].find((file) => file !== undefined && existsSync(file));
  if (executablePath === undefined)
    throw new Error(
      'there is no Chromium: install it (apt-get install chromium), or set CHROMIUM_PATH to its program',
    );
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
}

/** A page with nothing in its cache, as wide as a laptop. */
export async function freshPage(browser: Browser, webUrl: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: webUrl, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  return page;
}

/** Logs in by the form. */
export async function logIn(page: Page, who: { email: string; password: string }): Promise<void> {
  await page.getByLabel('E-mail').fill(who.email);
  await page.getByLabel('Password').fill(who.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Projects' }).waitFor();
}
