import { join } from 'node:path';
import { chromium, firefox } from 'playwright-core';
import { serve } from '../serve.js';
import type { Answer, Place, Runtime } from './answer.js';
import { startWebKit, WEBKIT_FILES } from './webkit.js';

/** A browser under the control of the tests. */
export interface Browser {
  readonly version: string;
  /** Opens a page and waits for what its `outcome` promises. */
  outcome(url: string): Promise<unknown>;
  close(): Promise<void>;
}

interface Outcome {
  readonly answer?: Answer;
  readonly error?: string;
  readonly isolated: boolean;
}

const SERVER = join(import.meta.dirname, '../node_modules/sirv');
const CHROMIUM = '/usr/bin/chromium';
const FIREFOX = '/usr/bin/firefox-esr';
const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @param sharesMemory whether isolated pages of this browser can share memory */
function places(sharesMemory: boolean): readonly Place[] {
  return [true, false].flatMap((isolated) => {
    const threads = isolated && sharesMemory ? [1, 2, 3, 8] : [1, 2];
    const others = { isolated, sharesMemory: isolated && sharesMemory };
    return [
      { name: 'page', threads, ...others },
      { name: 'module worker', threads, ...others },
      { name: 'classic worker', threads: [1], ...others },
      { name: 'bundled classic worker', threads: [1], ...others },
    ];
  });
}

function browser(
  name: string,
  needs: readonly string[],
  sharesMemory: boolean,
  launch: () => Promise<Browser>,
): Runtime {
  return {
    name,
    needs: [SERVER, ...needs],
    places: places(sharesMemory),
    async start(project) {
      const plain = await serve(project, { isolated: false });
      const isolating = await serve(project, { isolated: true });
      const { version, outcome, close } = await launch();
      return {
        version,
        async run({ name: place, isolated = false }, options) {
          const query = new URLSearchParams({ place, options: JSON.stringify(options) });
          const { url } = isolated ? isolating : plain;
          const { answer, ...others } = (await outcome(`${url}/page.html?${query}`)) as Outcome;
          if (!answer || others.isolated !== isolated) throw new Error(JSON.stringify(others));
          return answer;
        },
        async close() {
          await close();
          plain.close();
          isolating.close();
        },
      };
    },
  };
}

async function withPlaywright(launching: ReturnType<typeof chromium.launch>): Promise<Browser> {
  const launched = await launching;
  return {
    version: launched.version(),
    async outcome(url) {
      const page = await launched.newPage();
      const problems: string[] = [];
      page.on('console', (message) => problems.push(message.text()));
      page.on('pageerror', (error) => problems.push(String(error)));
      await page.goto(url);
      const outcome = await page.evaluate(() => (globalThis as { outcome?: unknown }).outcome);
      await page.close();
      if (problems.length > 0) throw new Error(`${url}: ${problems.join('\n')}`);
      return outcome;
    },
    close: () => launched.close(),
  };
}

export const browsers: readonly Runtime[] = [
  browser('Chromium', [CHROMIUM], true, () =>
    withPlaywright(chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS })),
  ),
  browser('Firefox ESR', [FIREFOX], true, () =>
    withPlaywright(firefox.launch({ executablePath: FIREFOX, channel: 'moz-firefox' })),
  ),
  browser('WebKitGTK', WEBKIT_FILES, false, startWebKit),
];
