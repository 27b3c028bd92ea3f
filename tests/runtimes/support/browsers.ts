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

/** The numbers of threads to ask for where memory can be shared: in a page, in a worker. */
interface Threads {
  readonly page: readonly number[];
  readonly worker: readonly number[];
}

/** @param shared undefined for a browser that shares no memory even in isolated pages */
function places(shared: Threads | undefined): readonly Place[] {
  return [true, false].flatMap((isolated) => {
    const sharesMemory = isolated && shared !== undefined;
    const { page, worker } = sharesMemory ? shared : { page: [1, 2], worker: [1, 2] };
    const others = { isolated, sharesMemory };
    return [
      { name: 'page', threads: page, ...others },
      { name: 'module worker', threads: worker, ...others },
      { name: 'classic worker', threads: [1], ...others },
      { name: 'bundled classic worker', threads: [1], ...others },
    ];
  });
}

/** @param shared undefined for a browser that shares no memory even in isolated pages */
function modelWorkers(shared: Threads | undefined): readonly Place[] {
  return [
    { name: 'ModelWorker', isolated: true, threads: [2], sharesMemory: shared !== undefined },
    { name: 'ModelWorker', isolated: false, threads: [1], sharesMemory: false },
  ];
}

function browser(
  name: string,
  needs: readonly string[],
  shared: Threads | undefined,
  launch: () => Promise<Browser>,
): Runtime {
  return {
    name,
    needs: [SERVER, ...needs],
    places: places(shared),
    modelWorkers: modelWorkers(shared),
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
  browser('Chromium', [CHROMIUM], { page: [1, 2, 3, 8], worker: [1, 2, 3, 8] }, () =>
    withPlaywright(chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS })),
  ),
  // In a worker, Firefox 153 sometimes never returns from the second `new Worker`.
  browser('Firefox ESR', [FIREFOX], { page: [1, 2, 3, 8], worker: [1, 2] }, () =>
    withPlaywright(firefox.launch({ executablePath: FIREFOX, channel: 'moz-firefox' })),
  ),
  browser('WebKitGTK', WEBKIT_FILES, undefined, startWebKit),
];
