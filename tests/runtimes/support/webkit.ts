import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import type { Browser } from './browsers.js';

const DISPLAY_SERVER = '/usr/bin/Xvfb';
const DRIVER = '/usr/bin/WebKitWebDriver';
const MINI_BROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';

export const WEBKIT_FILES = [DISPLAY_SERVER, DRIVER, MINI_BROWSER];

/** No sandbox, which containers do not allow, and no graphics card. */
const ENVIRONMENT = {
  WEBKIT_DISABLE_COMPOSITING_MODE: '1',
  WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
  LIBGL_ALWAYS_SOFTWARE: '1',
};

const CAPABILITIES = {
  alwaysMatch: {
    'webkitgtk:browserOptions': { binary: MINI_BROWSER, args: ['--automation'] },
    timeouts: { script: 60_000 },
  },
};

interface NewSession {
  sessionId: string;
  capabilities: { browserVersion: string };
}

/** WebKitGTK's small browser on a display in memory, by the WebDriver protocol. */
export async function startWebKit(): Promise<Browser> {
  const screen = spawn(DISPLAY_SERVER, ['-displayfd', '3'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const [display] = await once(createInterface(screen.stdio[3] as Readable), 'line');
  let window = await openWindow(display as string);
  return {
    version: window.version,
    async outcome(url) {
      try {
        return await window.outcome(url);
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
        process.stderr.write(`WebKitGTK ended, ${url} is opened once more: ${error.message}\n`);
        await end(window.driver);
        window = await openWindow(display as string);
        return window.outcome(url);
      }
    },
    async close() {
      await window.close();
      await end(screen);
    },
  };
}

/** A browser's window, with the driver that started it. */
interface Window extends Browser {
  readonly driver: ChildProcess;
}

async function openWindow(display: string): Promise<Window> {
  const port = await freePort();
  const driver = spawn(DRIVER, [`--port=${port}`], {
    stdio: 'ignore',
    env: { ...process.env, ...ENVIRONMENT, DISPLAY: `:${display}` },
  });
  const root = `http://127.0.0.1:${port}`;
  await untilAnswering(`${root}/status`);
  const { sessionId, capabilities } = (await request('POST', `${root}/session`, {
    capabilities: CAPABILITIES,
  })) as NewSession;
  const session = `${root}/session/${sessionId}`;
  return {
    driver,
    version: capabilities.browserVersion,
    async outcome(url) {
      await request('POST', `${session}/url`, { url });
      return request('POST', `${session}/execute/sync`, { script: 'return outcome', args: [] });
    },
    async close() {
      await request('DELETE', session);
      await end(driver);
    },
  };
}

/** What the driver answers once the process of the page, or the browser, has ended. */
const CRASHES = ['unknown error', 'invalid session id'];

class Crash extends Error {}

/** A command of the WebDriver protocol; its value. */
async function request(method: string, url: string, body?: object): Promise<unknown> {
  const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
  const { value } = (await response.json()) as { value: unknown };
  if (response.ok) return value;
  const problem = `${method} ${url}: ${JSON.stringify(value)}`;
  throw CRASHES.includes((value as { error: string }).error)
    ? new Crash(problem)
    : new Error(problem);
}

async function untilAnswering(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return void (await fetch(url));
    } catch (error) {
      if (attempt === 100) throw error;
      await new Promise((wait) => setTimeout(wait, 100));
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}
