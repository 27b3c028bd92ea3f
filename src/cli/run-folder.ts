import { access, constants, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { writeFileAtomically } from '../node/index.js';
import { fileProblem, InputError, readingInput } from './errors.js';
import { formatOptions, parseOptions, type RunOptions } from './options.js';

/** The files of a run, in the order in which they come to be: `model.json` last, it makes a run finished. */
const FILES = [
  'options.json',
  'checkpoint.safetensors',
  'history.json',
  'history.csv',
  'report.html',
  'model.safetensors',
  'model.json',
] as const;
export type RunFile = (typeof FILES)[number];

/** The folder that a run of `simdgrad train` writes. */
export class RunFolder {
  /** @param path As it is to be shown. */
  constructor(readonly path: string) {}

  file(name: RunFile): string {
    return join(this.path, name);
  }

  /** @throws InputError naming the file that cannot be written */
  write(name: RunFile, contents: string): Promise<void> {
    return readingInput(this.file(name), () => writeFileAtomically(this.file(name), contents));
  }

  /** @throws InputError for a folder that holds files of a run already */
  async begin(options: RunOptions): Promise<void> {
    await this.checkFree();
    await this.write('options.json', formatOptions(options));
  }

  /** @throws InputError for a folder that holds files of a run already, or cannot be one */
  async checkFree(): Promise<void> {
    const held = await this.#list();
    const taken = FILES.filter((name) => held.includes(name));
    if (taken.length === 0) return;
    const isRun = taken.includes('options.json');
    const state = (await this.isFinished()) ? 'a finished run' : 'an interrupted run';
    throw new InputError(
      `--out ${this.path}: expected a new folder, got ${isRun ? state : `one that holds ${taken.join(', ')}`}: ` +
        `choose another${isRun ? `, or go on with simdgrad train --resume ${this.path}` : ''}`,
    );
  }

  /** @throws InputError for a folder that is not one of a run, or whose options are damaged */
  async options(): Promise<RunOptions> {
    const text = await this.read('options.json');
    if (text === undefined) {
      const entry = await stat(this.path).catch(() => undefined);
      const got = entry
        ? entry.isDirectory()
          ? 'no options.json in it'
          : 'a file'
        : 'no such folder';
      throw new InputError(
        `${this.path}: expected the folder of a run of simdgrad train, got ${got}`,
      );
    }
    return parseOptions(text.toString(), this.file('options.json'));
  }

  /** The bytes of a file; undefined where it is missing. @throws InputError where it cannot be read */
  async read(name: RunFile): Promise<Buffer | undefined> {
    try {
      return await readFile(this.file(name));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw new InputError(`${this.file(name)}: ${fileProblem(error) ?? String(error)}`);
    }
  }

  async isFinished(): Promise<boolean> {
    return (await this.read('model.json')) !== undefined;
  }

  /** Removes what writes that were cut off left behind. */
  async removeTemporaries(): Promise<void> {
    for (const name of await this.#list()) {
      if (FILES.some((file) => name.startsWith(`${file}.`)) && name.endsWith('.tmp')) {
        await rm(join(this.path, name), { force: true });
      }
    }
  }

  async #list(): Promise<string[]> {
    try {
      return await readdir(this.path);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
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
  await readingInput(`${name} ${path}`, async () => {
    const entry = await stat(path).catch(() => undefined);
    if (entry?.isDirectory())
      throw new InputError(`${name} ${path}: expected a file, got a folder`);
    await access(entry ? path : dirname(path), constants.W_OK);
  });
}
