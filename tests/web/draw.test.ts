import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeInBrowser, expectWellMade } from './support.js';

describeInBrowser('Draw', (open) => {
  test('reads what is drawn, shows what each layer finds, and where a filter fires', async () => {
    const { page, problems } = await open('#/draw', { isolated: false });
    await page.locator('.map').first().waitFor();
    expect(await page.locator('.verdict output').textContent()).toBe('–');
    await drawSeven(page);
    await expect.poll(() => page.locator('.verdict output').textContent()).toBe('7');
    // Two convolutions, two ReLUs, two poolings: 3 · 8 + 3 · 16 channels.
    expect(await page.locator('.map').count()).toBe(72);
    await page.getByRole('button', { name: 'Layer 2, channel 3', exact: true }).click();
    await page.locator('.fires canvas').waitFor();
    await expectWellMade(page, 'draw');
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect.poll(() => page.locator('.verdict output').textContent()).toBe('–');
    await page.getByRole('button', { name: 'An example of 4' }).click();
    await expect.poll(() => page.locator('.verdict output').textContent()).toBe('4');
    expect(problems).toEqual([]);
  });

  test('takes the network that was trained on the page', async () => {
    const { page, problems } = await open('#/train?trainSize=400&testSize=100&epochs=1');
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.getByText('Finished.').waitFor();
    await page.getByRole('link', { name: 'Draw' }).click();
    await page.getByRole('button', { name: 'Use the network trained here' }).click();
    await page.locator('.map').first().waitFor();
    await page.getByRole('button', { name: 'An example of 0' }).click();
    await expect.poll(() => page.locator('.verdict output').textContent()).toMatch(/^\d$/);
    expect(problems).toEqual([]);
  });
});

/** With the mouse: along the top, then down to the left. */
async function drawSeven(page: Page): Promise<void> {
  const pad = page.locator('.pad');
  await pad.scrollIntoViewIfNeeded();
  const { x, y } = (await pad.boundingBox())!;
  await page.mouse.move(x + 70, y + 60);
  await page.mouse.down();
  await page.mouse.move(x + 200, y + 60, { steps: 5 });
  await page.mouse.move(x + 120, y + 230, { steps: 5 });
  await page.mouse.up();
}
