import { expect, test } from 'vitest';
import { describeInBrowser, expectWellMade } from './support.js';

describeInBrowser('Benchmark', (open) => {
  test('compares with plain JavaScript, and gives the figures as Markdown', async () => {
    const { page, problems } = await open(
      '#/bench',
      {},
      { permissions: ['clipboard-read', 'clipboard-write'] },
    );
    await page.getByRole('button', { name: 'Only two quick ones' }).click();
    await page.getByText('Done.').waitFor({ timeout: 90_000 });
    expect(await page.locator('.speeds').count()).toBe(2);
    const factors = await page.locator('.speeds li', { hasText: /^SIMD\d/ }).allTextContents();
    expect(factors).toHaveLength(2);
    for (const factor of factors) {
      expect(Number(/([\d.]+) ×/.exec(factor)![1])).toBeGreaterThan(1);
    }
    await expectWellMade(page, 'bench');
    await page.getByRole('button', { name: 'Copy as Markdown' }).click();
    const row = '| 3 × 3 depthwise over 1 × 14 × 14 × 512 to 512, forward | SIMD |';
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain(row);
    expect(problems).toEqual([]);
  });

  test('stops on request', async () => {
    const { page } = await open('#/bench', { isolated: false });
    await page.getByRole('button', { name: 'Measure all' }).click();
    await page.getByText(/^1 of \d+: 3 × 3/).waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText(/^Ready|^Done/).waitFor({ timeout: 60_000 });
  });
});
