import { cp, mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { context, type BuildContext } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
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

interface Answer {
  result?: { sha256: string; loss: number };
  error?: string;
}

// On CI the browser has to be there: a missing one is a failure, not a skip.
const missing = !existsSync(CHROMIUM) && !process.env.CI;

describe.skipIf(missing)(`a web worker in ${CHROMIUM}`, () => {
  let folder: string;
  let server: BuildContext;
  let browser: Browser;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'simdgrad-page-'));
    await cp('dist', folder, { recursive: true });
    await cp('tests/package/fixtures', folder, { recursive: true });
    server = await context({});
    const { port } = await server.serve({ servedir: folder, host: '127.0.0.1' });
    url = `http://127.0.0.1:${port}/index.html`;
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  test('trains LeNet for 50 steps to the same bits as Node', async () => {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(String(error)));
    await page.goto(url);
    const inBrowser = await page.evaluate(
      () => (globalThis as unknown as { answer: Promise<Answer> }).answer,
    );
    expect(inBrowser.error).toBeUndefined();
    const { trainFiftySteps } = await import('./fixtures/train.js');
    const inNode = await trainFiftySteps(await import(join(process.cwd(), 'dist/index.js')));
    expect(inBrowser.result).toEqual(inNode);
    expect(inNode.loss).toBeLessThan(2);
    expect(problems).toEqual([]);
  });
});
