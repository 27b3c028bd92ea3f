import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { CHROMIUM, isSkipped, launchChromium } from './chromium.js';
import { type Learned, learnInNode, WORK } from './project.js';

/** Opens a page and expects it to show the results of Node, with this text about threads, and no complaint. */
export type ExpectPage = (url: string, name: string, threads: RegExp) => Promise<void>;

/** Tests that open pages in a browser. */
export function describePages(declare: (expectPage: ExpectPage) => void): void {
  describe.skipIf(isSkipped)(`in ${CHROMIUM}`, () => {
    let browser: Browser;
    let inNode: Learned;

    beforeAll(async () => {
      [browser, inNode] = await Promise.all([launchChromium(), learnInNode()]);
    });

    afterAll(() => browser?.close());

    declare(async (url, name, threads) => {
      expect(await open(browser, url, name)).toEqual({
        ...inNode,
        threads: expect.stringMatching(threads),
        error: '',
        console: [],
      });
    });
  });
}

/** What a page shows after its training, with all but debugging that went to the console. */
interface Shown extends Learned {
  threads: string;
  error: string;
  console: string[];
}

/** Opens a page and waits for its result; a screenshot stays in the work folder as NAME.png. */
async function open(browser: Browser, url: string, name: string): Promise<Shown> {
  const page = await browser.newPage();
  const console: string[] = [];
  page.on('console', (message) => {
    // Every browser asks for an icon, which these pages do not have.
    const ofIcon = message.location().url.endsWith('/favicon.ico');
    if (!ofIcon && message.type() !== 'debug') console.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => console.push(String(error)));
  try {
    await page.goto(url);
    await page.locator('#weights:not(:empty), #error:not(:empty)').waitFor({ state: 'attached' });
  } finally {
    await page.screenshot({ path: join(WORK, `${name.replaceAll(/\W+/g, '-')}.png`) });
  }
  const text = (id: string) => page.locator(`#${id}`).innerText();
  const [guesses, weights, threads, error] = await Promise.all([
    text('guesses'),
    text('weights'),
    text('threads'),
    text('error'),
  ]);
  await page.close();
  return { guesses, weights, threads, error, console };
}
