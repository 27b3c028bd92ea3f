import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { init } from '../index.js';
import { type ImportedModule, loadTfjs } from '../tfjs/index.js';
import { loadTflite } from '../tflite/index.js';
import { InputError, readingInput } from './errors.js';
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
      case 'tflite':
        return loadTflite(await readFile(file), { trainable });
      default:
        return loadTfjs(tfjsFiles(file), { trainable });
    }
  });
}

/** The files of a TensorFlow.js model, which lie beside its model.json. */
function tfjsFiles(file: string) {
  return (path: string) =>
    readFile(path === 'model.json' ? file : join(dirname(file), path)).catch((error: unknown) => {
      throw Object.assign(error as Error, { message: `${basename(path)}: cannot be read` });
    });
}
