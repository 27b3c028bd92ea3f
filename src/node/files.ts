import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type Callback,
  checkpoint,
  loadModel,
  type ModelDetails,
  type Module,
  saveModel,
} from '../index.js';

/**
 * Writes a file under another name beside it, then renames it: whoever reads the file finds the old or the new
 * contents, whole, even after a crash. Makes the folder where it is missing.
 */
export async function writeFileAtomically(path: string, contents: string | Uint8Array) {
  const temporary = `${path}.${process.pid}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(contents);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Keeps the latest checkpoint of `fit` in a file; `fit({ resume: await readFile(path) })` goes on from it. */
export function checkpointFile(
  path: string,
  options: { /** Save after so many steps, too. */ readonly everySteps?: number } = {},
): Callback {
  return checkpoint({ ...options, save: (bytes) => writeFileAtomically(path, bytes) });
}

/** Writes `model.safetensors`, then `model.json`, to a folder: where the second is, both are whole. */
export async function writeModel(folder: string, model: Module, details: ModelDetails = {}) {
  const { json, weights } = saveModel(model, details);
  await writeFileAtomically(join(folder, 'model.safetensors'), weights);
  await writeFileAtomically(join(folder, 'model.json'), json);
}

/**
 * Reads what `writeModel` wrote.
 * @throws FormatError, ShapeError for files that are damaged, Node's error for one that cannot be read
 */
export async function readModel(folder: string): Promise<{ model: Module; details: ModelDetails }> {
  const json = await readFile(join(folder, 'model.json'), 'utf8');
  return loadModel({ json, weights: await readFile(join(folder, 'model.safetensors')) });
}
