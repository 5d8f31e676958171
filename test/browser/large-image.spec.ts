import { buffer } from 'node:stream/consumers';
import sharp from 'sharp';
import { ZipFile } from 'yazl';
import { expect, logIn, test } from './support/house.js';

const size = { width: 8000, height: 5000 };

test('an image of 40 megapixels fits the page, and can be looked at closely', async ({
  page,
  stack,
  client,
}) => {
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="8000" height="5000"><defs><linearGradient id="g"><stop stop-color="#126"/><stop offset="1" stop-color="#fc6"/></linearGradient></defs><rect width="8000" height="5000" fill="url(#g)"/><circle cx="4000" cy="2500" r="1200" fill="#d33"/></svg>`;
  const archive = new ZipFile();
  archive.addBuffer(await sharp(Buffer.from(picture)).jpeg().toBuffer(), 'unlabeled/large.jpg');
  archive.end();
  const project = await client.createProject({
    body: {
      name: 'Large image',
      type: 'image',
      classes: [
        { key: 'red', hotkey: 'r' },
        { key: 'blue', hotkey: 'b' },
      ],
      settings: { trigger: { everyLabels: null } },
    },
  });
  const params = { projectId: project.id };
  const { id } = await client.uploadImport({
    params,
    file: new Blob([await buffer(archive.outputStream)]),
    fileName: 'large.zip',
  });
  expect(await client.waitForOperation(id)).toMatchObject({
    status: 'done',
    counts: { created: 1, failed: 0 },
  });

  const broken: string[] = [];
  page.on('pageerror', (error) => broken.push(error.message));
  page.on('crash', () => broken.push('the page crashed'));
  await logIn(page, stack.admin);
  await page.goto(`/projects/${project.id}/annotate`);
  const image = page.getByTestId('item-image');
  await expect(image).toBeVisible();
  await expect
    .poll(() =>
      image.evaluate((shown) => ['naturalWidth', 'naturalHeight'].map((name) => Reflect.get(shown, name))),
    )
    .toEqual([size.width, size.height]);
  const box = (await image.boundingBox())!;
  expect(box.width / box.height).toBeCloseTo(size.width / size.height, 1);
  expect(box.width).toBeGreaterThan(300);
  expect(box.x >= 0 && box.x + box.width <= 1440 && box.y >= 0 && box.y + box.height <= 900).toBe(true);

  const zoom = page.getByTestId('zoom');
  await page.getByRole('button', { name: 'Zoom in' }).focus();
  for (let n = 0; n < 3; n += 1) await page.keyboard.press('Enter');
  await expect.poll(async () => Number(await zoom.getAttribute('data-scale'))).toBeGreaterThan(3);
  const before = (await image.boundingBox())!;
  expect(before.width).toBeGreaterThan(3 * box.width);
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await image.boundingBox())!.x).toBeLessThan(before.x);

  // On a phone, too.
  await page.setViewportSize({ width: 390, height: 800 });
  await page.getByRole('button', { name: 'Whole image' }).click();
  await expect(zoom).toHaveAttribute('data-scale', '1.00');
  expect((await image.boundingBox())!.width).toBeLessThan(390);

  await page.keyboard.press('r');
  await expect(page.getByRole('heading', { name: 'Every item has its label' })).toBeVisible();
  await page.keyboard.press('u');
  await expect(image).toBeVisible();
  expect(broken).toEqual([]);
});
