import { existsSync } from 'node:fs';
import { context, type BuildContext } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** A folder for pictures of the page, to be looked at. */
const SCREENSHOTS = process.env.SIMDGRAD_SCREENSHOTS;

// On CI the browser has to be there: a missing one is a failure, not a skip.
const missing = !existsSync(CHROMIUM) && !process.env.CI;

describe.skipIf(missing)('browser/', () => {
  let server: BuildContext;
  let browser: Browser;
  let url: string;

  beforeAll(async () => {
    server = await context({});
    const { port } = await server.serve({ servedir: '.', host: '127.0.0.1' });
    url = `http://127.0.0.1:${port}/examples/browser/`;
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.dispose();
  });

  test.each([
    { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
    { colorScheme: 'dark', viewport: { width: 390, height: 844 } },
  ] as const)(
    'trains in its worker and reads what is drawn meanwhile: %o',
    async ({ colorScheme, viewport }) => {
      const page = await browser.newPage({ colorScheme, viewport });
      const problems: string[] = [];
      page.on('console', (message) => problems.push(message.text()));
      page.on('pageerror', (error) => problems.push(String(error)));
      await page.goto(url);
      await seeFirstEpoch(page);
      await drawSeven(page);
      await expect.poll(() => page.locator('#digit').textContent()).toMatch(/^\d$/);
      await page.getByText('Learned: accuracy').waitFor({ timeout: 90_000 });
      await expect.poll(() => page.locator('#digit').textContent()).toBe('7');
      const accuracy = /accuracy ([\d.]+) %/.exec((await page.locator('#status').textContent())!)!;
      expect(Number(accuracy[1])).toBeGreaterThan(95);
      expect(await page.locator('#status').textContent()).toMatch(/ % on 1000 digits held out$/);
      if (SCREENSHOTS) {
        const path = `${SCREENSHOTS}/${colorScheme}-${viewport.width}.png`;
        await page.screenshot({ path, fullPage: true });
      }
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBe(0);
      await page.getByRole('button', { name: 'Clear' }).click();
      await expect.poll(() => page.locator('#digit').textContent()).toBe('–');
      expect(problems).toEqual([]);
    },
  );

  test('says what is wrong where the script of the worker is missing', async () => {
    const page = await browser.newPage();
    await page.route('**/model-worker.js', (route) => route.fulfill({ status: 404 }));
    await page.goto(url);
    await page.getByText('InitError: ModelWorker: the worker ended unexpectedly').waitFor();
    expect(await page.locator('#status').textContent()).toContain('its script is missing');
  });

  test('stops on request', async () => {
    const page = await browser.newPage();
    await page.goto(url);
    await seeFirstEpoch(page);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped.').waitFor();
    await page.getByRole('button', { name: 'Train' }).click();
    await seeFirstEpoch(page);
  });
});

/** Looks at every frame: a locator looks twice a second, and the epoch may be over in less. */
async function seeFirstEpoch(page: Page): Promise<void> {
  await page.waitForFunction(() => document.body.textContent.includes('Epoch 1 of 2'));
}

/** With the mouse: along the top, then down to the left. */
async function drawSeven(page: Page): Promise<void> {
  const pad = page.locator('#pad');
  await pad.scrollIntoViewIfNeeded();
  const { x, y } = (await pad.boundingBox())!;
  await page.mouse.move(x + 70, y + 60);
  await page.mouse.down();
  await page.mouse.move(x + 200, y + 60, { steps: 5 });
  await page.mouse.move(x + 120, y + 230, { steps: 5 });
  await page.mouse.up();
}
