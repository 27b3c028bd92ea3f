import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const CHROMIUM = '/usr/bin/chromium';

// On CI the browser has to be there: a missing one is a failure, not a skip.
const missing = !existsSync(CHROMIUM) && !process.env.CI;

interface Page {
  policy?: string;
  /** Content type of the kernels. */
  type?: string;
  /** What answers where the kernels should be. */
  kernels?: string;
}

describe.skipIf(missing)(`start-up in ${CHROMIUM}`, () => {
  let server: Server;
  let browser: Browser;
  let origin: string;
  let page: Page;

  const answer = async (path: string): Promise<[type: string, body: string | Buffer]> => {
    if (path === '/') return ['text/html', '<!doctype html><title>a page</title>'];
    if (!path.endsWith('.wasm')) return ['text/javascript', await readFile(`dist${path}`)];
    const { type = 'application/wasm', kernels } = page;
    return [type, kernels ?? (await readFile(`dist${path}`))];
  };

  beforeAll(async () => {
    server = createServer((request, response) => {
      answer(request.url!).then(
        ([type, body]) => {
          response.setHeader('content-type', type);
          if (page.policy) response.setHeader('content-security-policy', page.policy);
          response.end(body);
        },
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu'],
    });
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  /** What `init` says on such a page. */
  async function startOn(options: Page, entry = 'index.js'): Promise<string> {
    page = options;
    const tab = await browser.newPage();
    await tab.goto(origin);
    // A string: vitest rewrites the imports in functions.
    const said = await tab.evaluate<string>(`import('/${entry}').then(({ add, init, tensor }) =>
      init().then(() => 'sum ' + add(tensor([1]), tensor([2])).toArray(), String))`);
    await tab.close();
    return said;
  }

  test('works under a Content-Security-Policy with wasm-unsafe-eval', async () => {
    const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
    expect(await startOn({ policy })).toBe('sum 3');
    expect(await startOn({ policy }, 'inline.js')).toBe('sum 3');
  });

  test('names the directive that the policy lacks', async () => {
    const said = await startOn({ policy: "script-src 'self'" });
    expect(said).toContain(`InitError: init: source: the module at ${origin}/simdgrad.wasm`);
    expect(said).toContain("the directive script-src 'wasm-unsafe-eval'");
  });

  test('works where the kernels have the wrong MIME type', async () => {
    expect(await startOn({ type: 'text/plain' })).toBe('sum 3');
  });

  test('names the address that answers with a page', async () => {
    const said = await startOn({ type: 'text/html', kernels: '<!doctype html>' });
    expect(said).toContain(
      `InitError: init: source: expected a wasm module at ${origin}/simdgrad.wasm, got an HTML page`,
    );
  });
});
