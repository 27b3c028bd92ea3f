import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { checkArity, checkMethods } from '../check.js';
import {
  type Callback,
  checkpoint,
  type LayersOptions,
  loadModel,
  type ModelDetails,
  type Module,
  type SafetensorsOptions,
  saveModel,
} from '../index.js';
import { checkOptions } from '../options.js';

/**
 * Writes a file under another name beside it, then renames it: whoever reads the file finds the old or the new
 * contents, whole, even after a crash. Makes the folder where it is missing, and removes what a process that was killed
 * while it wrote the file left behind.
 * @throws TypeError; Error naming the path and what failed, with the `code` of Node's error, its `cause`
 */
export async function writeFileAtomically(path: string, contents: string | Uint8Array) {
  checkArity('writeFileAtomically', arguments.length, 2);
  checkText('writeFileAtomically: path', path);
  if (typeof contents !== 'string' && !ArrayBuffer.isView(contents)) {
    throw new TypeError(
      `writeFileAtomically: contents: expected text or bytes, got ${kindOf(contents)}`,
    );
  }
  const temporary = `${path}.${process.pid}.${randomUUID()}.tmp`;
  try {
    await makeFolder(dirname(path));
    await removeLeftovers(path);
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(contents);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const { code, message } = cause as NodeJS.ErrnoException;
    throw Object.assign(new Error(`${path} cannot be written: ${message}`, { cause }), { code });
  }
}

/**
 * Makes a folder, and those that it is in. Node's own `recursive` never ends where a file system knows no new folders
 * and says so by ENOENT (`/proc`).
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const exists = await isFolder(path);
    if (exists) return;
    const parent = dirname(path);
    if (code !== 'ENOENT' || parent === path || (await isFolder(parent))) throw error;
    await makeFolder(parent);
    await makeFolder(path);
  }
}

async function isFolder(path: string): Promise<boolean> {
  const entry = await stat(path).catch(() => undefined);
  return entry?.isDirectory() === true;
}

/** Removes the temporary files of this path whose processes are no more. */
async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path);
  const prefix = `${basename(path)}.`;
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(prefix)) continue;
    const pid = /^(\d+)(\.[\da-f-]{36})?\.tmp$/.exec(name.slice(prefix.length))?.[1];
    if (pid === undefined || (await isAlive(Number(pid), join(folder, name)))) continue;
    await rm(join(folder, name), { force: true });
  }
}

/** Whether the process that made a file may still write it. In containers a new process may have an old one's number. */
async function isAlive(pid: number, path: string): Promise<boolean> {
  if (pid === process.pid) {
    const begun = Date.now() - 1000 * process.uptime();
    const entry = await stat(path).catch(() => undefined);
    return entry !== undefined && entry.mtimeMs >= begun;
  }
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** @throws TypeError unless it is text */
function checkText(argument: string, value: unknown): void {
  if (typeof value === 'string' && value !== '') return;
  const got = value === '' ? 'an empty string' : kindOf(value);
  throw new TypeError(`${argument}: expected the path as text, got ${got}`);
}

const kindOf = (value: unknown) => (value === null ? 'null' : typeof value);

/**
 * Keeps the latest checkpoint of `fit` in a file; `fit({ resume: await readFile(path) })` goes on from it.
 * @throws TypeError, RangeError
 */
export function checkpointFile(
  path: string,
  options: { /** Save after so many steps, too. */ readonly everySteps?: number } = {},
): Callback {
  checkArity('checkpointFile', arguments.length, 2);
  checkText('checkpointFile: path', path);
  if (typeof options !== 'object' || options === null || 'save' in options) {
    const got = options && typeof options === 'object' ? 'save' : kindOf(options);
    throw new TypeError(`checkpointFile: options: expected everySteps, got ${got}`);
  }
  return checkpoint({ ...options, save: (bytes) => writeFileAtomically(path, bytes) });
}

/**
 * Writes `model.safetensors`, then `model.json`, to a folder: where the second is, both are whole.
 * @param options as for `saveModel`: `dtype`
 * @throws TypeError; Error naming the file that cannot be written
 */
export async function writeModel(
  folder: string,
  model: Module,
  details: ModelDetails = {},
  options: SafetensorsOptions = {},
) {
  checkArity('writeModel', arguments.length, 4);
  checkOptions('writeModel', options, ['dtype']);
  checkText('writeModel: folder', folder);
  checkMethods('writeModel', 'model', model, 'a Module', ['stateDict', 'config']);
  checkOptions('writeModel', details, Object.keys(details ?? {}), 'details');
  const { json, weights } = saveModel(model, details, options);
  await writeFileAtomically(join(folder, 'model.safetensors'), weights);
  await writeFileAtomically(join(folder, 'model.json'), json);
}

/**
 * Reads what `writeModel` wrote.
 * @param options as for `loadModel`: `layers`, classes of your own
 * @throws TypeError; FormatError, ShapeError for files that are damaged, Node's error for one that cannot be read
 */
export async function readModel(
  folder: string,
  options: LayersOptions = {},
): Promise<{ model: Module; details: ModelDetails }> {
  checkArity('readModel', arguments.length, 2);
  checkOptions('readModel', options, ['layers']);
  checkText('readModel: folder', folder);
  checkOptions('readModel', options, ['layers']);
  const json = await readFile(join(folder, 'model.json'), 'utf8');
  const weights = await readFile(join(folder, 'model.safetensors'));
  return loadModel({ json, weights }, options);
}
