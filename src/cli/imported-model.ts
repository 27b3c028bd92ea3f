import { readFileSync, realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { init } from '../index.js';
import { type ImportedModule, loadOnnx } from '../onnx/index.js';
import { loadTfjs } from '../tfjs/index.js';
import { loadTflite } from '../tflite/index.js';
import { fileProblem, InputError, readingInput } from './errors.js';
import type { FoundModel } from './model-kind.js';

/** How files of weights alone are called. */
const WEIGHTS_ALONE: Readonly<Record<string, string>> = {
  safetensors: 'a safetensors file',
  torch: 'a file of PyTorch',
};

/**
 * Loads a model of another library.
 * @throws InputError for weights without a net, and what its reader throws, under the file's name
 */
export async function openImported(
  { kind, file }: FoundModel,
  { trainable = false, threads }: { trainable?: boolean; threads?: number | 'auto' } = {},
): Promise<ImportedModule> {
  const alone = WEIGHTS_ALONE[kind];
  if (alone !== undefined) {
    throw new InputError(
      `${file}: expected a model, got ${alone}, which has weights and no net: see simdgrad inspect`,
    );
  }
  await init(threads === undefined ? {} : { threads });
  return readingInput(file, async () => {
    switch (kind) {
      case 'onnx':
        return loadOnnx(await readFile(file), { trainable, externalData: filesBeside(file) });
      case 'tflite':
        return loadTflite(await readFile(file), { trainable });
      default: {
        const beside = filesBeside(file);
        const read = (path: string) => (path === 'model.json' ? readFile(file) : beside(path));
        return loadTfjs(read, { trainable });
      }
    }
  });
}

/**
 * Reads files that a model names beside itself.
 * @returns a function that throws InputError for one that lies elsewhere, also by way of a link
 */
function filesBeside(file: string): (path: string) => Uint8Array {
  const folder = realpathSync(dirname(file));
  return (path) => {
    try {
      const found = realpathSync(join(folder, path));
      if (!found.startsWith(folder + sep)) throw new InputError('expected a file beside the model');
      return readFileSync(found);
    } catch (error) {
      throw new InputError(`${path}: ${fileProblem(error, path) ?? (error as Error).message}`);
    }
  };
}
