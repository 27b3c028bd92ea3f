import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished } from 'vitest';
import { serveWeb } from '../../scripts/serve-web.js';

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
/** A folder for pictures of the pages, to be looked at. */
const SCREENSHOTS = process.env.SIMDGRAD_SCREENSHOTS;

/** How the pages are served. */
export interface Place {
  /** With the headers of cross-origin isolation. */
  readonly isolated?: boolean;
  readonly base?: string;
}

/** A page that is open; `problems` are all messages of its console. */
export interface OpenPage {
  readonly page: Page;
  readonly problems: readonly string[];
}

export type Open = (
  address: string,
  place?: Place,
  options?: BrowserContextOptions,
) => Promise<OpenPage>;

/** Tests in a browser. On CI it has to be there: a missing one is a failure, not a skip. */
export function describeInBrowser(name: string, tests: (open: Open) => void): void {
  const missing = !existsSync(CHROMIUM) && !process.env.CI;
  describe.skipIf(missing)(name, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
    });
    afterAll(() => browser?.close());
    tests((address, place, options) => openPage(browser, address, place, options));
  });
}

async function openPage(
  browser: Browser,
  address: string,
  place: Place = {},
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const server = await serveWeb(place);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  onTestFinished(async () => {
    await context.close();
    server.close();
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.goto(server.url + address);
  return { page, problems };
}

/** In both colour schemes and three widths: no sideways scrolling; a picture to be looked at; no finding of axe-core. */
export async function expectWellMade(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of [1920, 1024, 360]) {
      await page.setViewportSize({ width, height: 900 });
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, `${name}, ${width}`).toBeLessThanOrEqual(0);
      if (!SCREENSHOTS) continue;
      const path = `${SCREENSHOTS}/${name}-${colorScheme}-${width}.png`;
      await page.screenshot({ path, fullPage: true });
    }
    await expectAccessible(page);
  }
}

async function expectAccessible(page: Page): Promise<void> {
  // Scripts of tests do not come from the page's own origin.
  const context = page.context();
  const session = await context.newCDPSession(page);
  await session.send('Page.setBypassCSP', { enabled: true });
  await page.evaluate(await axeSource());
  const findings = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
  });
  expect(findings).toEqual([]);
}

async function axeSource(): Promise<string> {
  const { default: axe } = await import('axe-core');
  return axe.source;
}
