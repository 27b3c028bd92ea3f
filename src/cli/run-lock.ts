import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { errorCode, InputError } from './errors.js';

/** In the folder of a run while a process writes there. */
export const LOCK_FILE = 'training.lock';

const BEAT_MS = 5_000;
/** Without a beat for so long the holder is dead, whatever process has its number now. */
const DEAD_AFTER_MS = 60_000;
/** Two that take over from one dead process within this time are told apart. */
const TAKEOVER_MS = 50;

/**
 * A file that only one process has at a time: it holds that process's number, and its time of change goes on while the
 * process lives. A process that died holds it no more.
 */
export class RunLock {
  readonly #beat: NodeJS.Timeout;

  private constructor(
    readonly path: string,
    readonly text: string,
  ) {
    this.#beat = setInterval(() => {
      const now = new Date();
      // Whether it is still this one, `isHeld` tells before anything is written.
      utimes(path, now, now).catch(() => undefined);
    }, BEAT_MS).unref();
  }

  /** @throws InputError while another process holds that of this folder; Node's error where no file can be made */
  static async acquire(folder: string): Promise<RunLock> {
    const path = join(folder, LOCK_FILE);
    const text = `${hostname()} ${process.pid} ${Date.now()}\n`;
    try {
      await writeFile(path, text, { flag: 'wx' });
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
      await checkDead(folder, path);
      await rm(path, { force: true });
      await writeFile(path, text, { flag: 'wx' }).catch(() => undefined);
      await setTimeout(TAKEOVER_MS);
      if ((await textOf(path)) !== text) throw held(folder, await textOf(path));
    }
    return new RunLock(path, text);
  }

  /** Whether it is still there, and still of this process. */
  async isHeld(): Promise<boolean> {
    return (await textOf(this.path)) === this.text;
  }

  async release(): Promise<void> {
    clearInterval(this.#beat);
    if (await this.isHeld()) await rm(this.path, { force: true });
  }
}

/** @throws InputError while the process that holds it lives */
async function checkDead(folder: string, path: string): Promise<void> {
  const text = await textOf(path);
  const entry = await stat(path).catch(() => undefined);
  if (!entry || Date.now() - entry.mtimeMs > DEAD_AFTER_MS) return;
  const [host, pid] = text.split(' ');
  if (host !== hostname() || isAlive(Number(pid))) throw held(folder, text);
}

function held(folder: string, text: string): InputError {
  const process = text.split(' ')[1] ?? 'unknown';
  return new InputError(
    `${folder}: expected a folder that no other training writes to, got that of process ${process}: ` +
      'wait for its end, or choose another',
  );
}

/** A number that this process has now was another's before. */
function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return true;
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
