import { access, constants, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join, normalize, resolve } from 'node:path';
import { makeFolder, writeFileAtomically } from '../node/files.js';
import { errorCode, fileProblem, InputError, readingInput } from './errors.js';
import { readDetails } from './run-details.js';
import { RUN_FILES, type RunFile, type RunFiles } from './run-files.js';
import { RunLock } from './run-lock.js';
import {
  checkRecord,
  formatRecord,
  parseRecord,
  recordFrom,
  type RunRecord,
} from './run-record.js';

/** The folder that a run of `simdgrad train` writes. */
export class RunFolder implements RunFiles {
  #lock: RunLock | undefined;

  /**
   * @param path As it is to be shown.
   * @throws InputError for an empty path, which would be the current folder
   */
  constructor(readonly path: string) {
    if (path === '') throw new InputError("folder of the run: expected a path, got ''");
  }

  file(name: RunFile): string {
    return join(this.path, name);
  }

  /**
   * Makes the folder this object's own until `release`: only then it writes.
   * @throws InputError while another process has it, or where it cannot be written to
   */
  async #hold(): Promise<void> {
    await readingInput(this.path, async () => {
      await makeFolder(normalize(this.path));
      this.#lock = await RunLock.acquire(this.path);
      await this.#removeTemporaries();
    });
  }

  async release(): Promise<void> {
    await this.#lock?.release();
  }

  /** @throws InputError naming the file that cannot be written, Error where the folder is its own no more */
  async write(name: RunFile, contents: string | Uint8Array): Promise<void> {
    await this.#checkHeld();
    await readingInput(this.file(name), () => writeFileAtomically(this.file(name), contents));
  }

  /** Begins a run. @throws InputError for a folder that holds files of a run already */
  async begin(record: RunRecord): Promise<void> {
    await this.#hold();
    await this.checkFree();
    await this.write('options.json', formatRecord(record));
  }

  /**
   * Goes on with a run.
   * @param before the record as it was read
   * @throws InputError where another process changed it since
   */
  async goOn(before: RunRecord, record: RunRecord): Promise<void> {
    await this.#hold();
    if (formatRecord(await this.record()) !== formatRecord(before)) {
      throw new InputError(
        `${this.file('options.json')}: changed while this run began: start it again`,
      );
    }
    if (record !== before) await this.write('options.json', formatRecord(record));
  }

  /** @throws Error unless all that was written is there */
  async checkComplete(): Promise<void> {
    await this.#checkHeld();
    const held = await this.#list();
    const missing = RUN_FILES.filter((name) => !held.includes(name));
    if (missing.length === 0) return;
    throw new Error(
      `${this.path}: expected what was written, got a folder without ${missing.join(', ')}`,
    );
  }

  /** @throws InputError for a folder that holds files of a run already, or cannot be one */
  async checkFree(): Promise<void> {
    const held = await this.#list();
    const taken = RUN_FILES.filter((name) => held.includes(name));
    if (taken.length === 0) return;
    const isRun = taken.includes('options.json');
    const state = taken.includes('model.json') ? 'a finished run' : 'an interrupted run';
    throw new InputError(
      `--out ${this.path}: expected a new folder, got ${isRun ? state : `one that holds ${taken.join(', ')}`}: ` +
        `choose another${isRun ? `, or go on with simdgrad train --resume ${this.path}` : ''}`,
    );
  }

  /**
   * How the run was started, and gone on with.
   * @throws InputError for a folder that is not one of a run, a damaged file, and options that the model was not made with
   */
  async record(): Promise<RunRecord> {
    const text = await this.read('options.json');
    if (text === undefined) throw await this.missing('a run of simdgrad train', 'options.json');
    const name = this.file('options.json');
    const record = parseRecord(text.toString(), name);
    const { run } = (await readDetails(this)) ?? {};
    if (run !== undefined) {
      checkRecord(
        record,
        recordFrom(run, `${this.file('model.json')}: details: run`),
        name,
        'model',
      );
    }
    return record;
  }

  /** The error for a folder that lacks what makes it one. */
  async missing(kind: string, name: RunFile): Promise<InputError> {
    const entry = await stat(this.path).catch(() => undefined);
    const folder = entry?.isDirectory() ? `no ${name} in it` : 'a file';
    const got = entry ? folder : 'no such folder';
    return new InputError(`${this.path}: expected the folder of ${kind}, got ${got}`);
  }

  async read(name: RunFile): Promise<Buffer | undefined> {
    try {
      return await readFile(this.file(name));
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return undefined;
      throw new InputError(`${this.file(name)}: ${fileProblem(error) ?? String(error)}`);
    }
  }

  async #checkHeld(): Promise<void> {
    if (await this.#lock?.isHeld()) return;
    throw new Error(
      `${this.path}: the folder was removed, or taken over by another training, while this one ran: nothing more is written`,
    );
  }

  /** Removes what writes that were cut off left behind. */
  async #removeTemporaries(): Promise<void> {
    for (const name of await this.#list()) {
      if (RUN_FILES.some((file) => name.startsWith(`${file}.`)) && name.endsWith('.tmp')) {
        await rm(join(this.path, name), { force: true });
      }
    }
  }

  async #list(): Promise<string[]> {
    try {
      return await readdir(this.path);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw new InputError(`${this.path}: ${fileProblem(error) ?? String(error)}`);
    }
  }
}

/** `runs/mnist-lenet-20251123-142501`, by local time. */
export function defaultRunPath(data: string, model: string, now = new Date()): string {
  const pad = (value: number) => String(value).padStart(2, '0');
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map(pad).join('');
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(pad).join('');
  return join('runs', `${data}-${model}-${day}-${time}`);
}

/** Whether two paths name the same place. */
export const samePath = (a: string, b: string) => resolve(a) === resolve(b);

/** @throws InputError for a path that no file can be written to: better before the work than after it */
export async function checkWritable(name: string, path: string): Promise<void> {
  if (path === '') throw new InputError(`${name}: expected a path, got ''`);
  await readingInput(`${name} ${path}`, async () => {
    const entry = await stat(path).catch(() => undefined);
    if (entry?.isDirectory())
      throw new InputError(`${name} ${path}: expected a file, got a folder`);
    await access(entry ? path : dirname(path), constants.W_OK);
  });
}
