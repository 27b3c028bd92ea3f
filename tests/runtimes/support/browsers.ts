import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { serve } from '../serve.js';
import type { Answer, Place, Runtime } from './answer.js';
import { FIREFOX, startFirefox } from './firefox.js';
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
const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @param threads numbers to ask for where memory can be shared; undefined: this browser never shares any */
function places(threads: readonly number[] | undefined): readonly Place[] {
  return [true, false].flatMap((isolated) => {
    const sharesMemory = isolated && threads !== undefined;
    const several = sharesMemory ? threads : [1, 2];
    const others = { isolated, sharesMemory };
    return [
      { name: 'page', threads: several, ...others },
      { name: 'module worker', threads: several, ...others },
      { name: 'classic worker', threads: [1], ...others },
      { name: 'bundled classic worker', threads: [1], ...others },
    ];
  });
}

function modelWorkers(sharesMemory: boolean): readonly Place[] {
  return [
    { name: 'ModelWorker', isolated: true, threads: [2], sharesMemory },
    { name: 'ModelWorker', isolated: false, threads: [1], sharesMemory: false },
  ];
}

function browser(
  name: string,
  needs: readonly string[],
  threads: readonly number[] | undefined,
  launch: () => Promise<Browser>,
): Runtime {
  return {
    name,
    needs: [SERVER, ...needs],
    places: places(threads),
    modelWorkers: modelWorkers(threads !== undefined),
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

async function startChromium(): Promise<Browser> {
  const launched = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS });
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
  browser('Chromium', [CHROMIUM], [1, 2, 3, 8], startChromium),
  browser('Firefox ESR', [FIREFOX], [1, 2, 3, 8], startFirefox),
  browser('WebKitGTK', WEBKIT_FILES, undefined, startWebKit),
];
