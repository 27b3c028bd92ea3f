import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser } from './browsers.js';

export const FIREFOX = '/usr/bin/firefox-esr';

/** Where Firefox says on which port it listens; a port of its choice. */
const PORT_FILE = 'MarionetteActivePort';
const PREFERENCES = 'user_pref("marionette.port", 0);\n';
const START_MS = 30_000;
/** Less than a test may take: a page that hangs is named, and the next one can be opened. */
const SCRIPT_MS = 60_000;

/**
 * Firefox by its own protocol, Marionette. Under WebDriver BiDi, which observes workers, one in eighty `new Worker` of a
 * worker never returns.
 */
export async function startFirefox(): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'simdgrad-firefox-'));
  await writeFile(join(profile, 'user.js'), PREFERENCES);
  const argv = ['--headless', '--marionette', '--no-remote', '--profile', profile];
  const firefox = spawn(FIREFOX, argv, { stdio: 'ignore' });
  const exit = once(firefox, 'exit');
  const marionette = await Marionette.connect(await readPort(profile));
  const { capabilities } = (await marionette.send('WebDriver:NewSession', {
    timeouts: { script: SCRIPT_MS },
  })) as { capabilities: { browserVersion: string } };
  return {
    version: capabilities.browserVersion,
    outcome: (url) => inNewTab(marionette, url),
    async close() {
      await marionette.send('Marionette:Quit', { flags: ['eForceQuit'] });
      await exit;
      await rm(profile, { recursive: true, force: true });
    },
  };
}

async function inNewTab(marionette: Marionette, url: string): Promise<unknown> {
  const { value: first } = (await marionette.send('WebDriver:GetWindowHandle')) as Value<string>;
  const tab = (await marionette.send('WebDriver:NewWindow', { type: 'tab' })) as { handle: string };
  await marionette.send('WebDriver:SwitchToWindow', { handle: tab.handle });
  try {
    await marionette.send('WebDriver:Navigate', { url });
    const script = { script: 'return outcome', args: [] };
    return ((await marionette.send('WebDriver:ExecuteScript', script)) as Value<unknown>).value;
  } finally {
    await marionette.send('WebDriver:CloseWindow');
    await marionette.send('WebDriver:SwitchToWindow', { handle: first });
  }
}

interface Value<Content> {
  readonly value: Content;
}

/** A connection: each message is JSON after its length, each command [0, number, name, parameters]. */
class Marionette {
  readonly #socket: Socket;
  readonly #answers: AsyncGenerator<unknown>;
  #commands = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#answers = messages(socket);
  }

  static async connect(port: number): Promise<Marionette> {
    const marionette = new Marionette(connect(port, '127.0.0.1'));
    await marionette.#answers.next();
    return marionette;
  }

  /** One after the other: the answer is the next message, [1, number, error, result]. */
  async send(name: string, parameters: object = {}): Promise<unknown> {
    const command = JSON.stringify([0, this.#commands++, name, parameters]);
    this.#socket.write(`${Buffer.byteLength(command)}:${command}`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`${name}: Firefox has ended`);
    const [, , error, result] = value as [number, number, object | null, unknown];
    if (error) throw new Error(`${name}: ${JSON.stringify(error)}`);
    return result;
  }
}

async function* messages(socket: Socket): AsyncGenerator<unknown> {
  let rest = Buffer.alloc(0);
  for await (const data of socket) {
    rest = Buffer.concat([rest, data as Buffer]);
    for (;;) {
      const begin = rest.indexOf(':') + 1;
      const end = begin + Number(rest.subarray(0, begin - 1).toString());
      if (begin === 0 || rest.length < end) break;
      yield JSON.parse(rest.subarray(begin, end).toString());
      rest = rest.subarray(end);
    }
  }
}

async function readPort(profile: string): Promise<number> {
  for (const end = Date.now() + START_MS; Date.now() < end; await wait(100)) {
    const port = Number(await readFile(join(profile, PORT_FILE), 'utf8').catch(() => 0));
    if (port > 0) return port;
  }
  throw new Error(`Firefox did not listen within ${START_MS} ms`);
}
