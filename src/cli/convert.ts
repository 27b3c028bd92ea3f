import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import {
  loadTorch,
  type Module,
  readSafetensors,
  saveStateDict,
  type Shape,
  writeSafetensors,
} from '../index.js';
import { writeFileAtomically, writeModel } from '../node/index.js';

import { saveOnnx } from '../onnx/index.js';
import { type InputShapes, inputShapesOf } from './compiled.js';
import { InputError, readingInput } from './errors.js';
import { openImported } from './imported-model.js';
import { type FoundModel, findModel } from './model-kind.js';
import { bytes } from './report/format.js';
import { checkWritable } from './run-folder.js';
import { inputShapeOf, openModel } from './saved-model.js';
import { print } from './terminal.js';

/** Options of `simdgrad convert`. */
export interface ConvertArguments {
  /** Floats take half the bytes. */
  readonly float16?: boolean;
  /** Weights by PyTorch's names, in its layout. */
  readonly torch?: boolean;
  /** The shape of one sample, where the model does not say it. */
  readonly inputShape?: Shape;
}

/** What a model may become. */
type Target = 'onnx' | 'safetensors' | 'folder';

/** Writes a model in another form: ONNX, its weights as safetensors, or a folder of this library. */
export async function convert(from: string, to: string, given: ConvertArguments): Promise<void> {
  const target = targetOf(to);
  if (given.torch && target !== 'safetensors') {
    throw new InputError(`--torch: expected a .safetensors file to write, got ${to}`);
  }
  if (target !== 'folder') await checkWritable('convert', to);
  const found = await findModel(from);
  if (found.kind === 'safetensors' || found.kind === 'torch') {
    await convertWeights(found, to, target, given);
  } else if (found.kind === 'simdgrad') {
    await convertOwn(found.file, to, target, given);
  } else {
    await convertImported(found, to, target, given);
  }
}

function targetOf(to: string): Target {
  const extension = extname(to).toLowerCase();
  if (extension === '.onnx') return 'onnx';
  if (extension === '.safetensors') return 'safetensors';
  if (extension === '' && to !== '') return 'folder';
  throw new InputError(
    `convert: expected a file .onnx or .safetensors to write, or a folder, got '${to}'`,
  );
}

async function convertWeights(
  { kind, file }: FoundModel,
  to: string,
  target: Target,
  { float16 = false, torch = false }: ConvertArguments,
): Promise<void> {
  if (target !== 'safetensors' || torch) {
    throw new InputError(
      `${file}: expected a model to convert to ${to}, got weights without a net, which become .safetensors as they are`,
    );
  }
  const tensors = await readingInput(file, async () => {
    const contents = await readFile(file);
    return kind === 'torch' ? loadTorch(contents) : readSafetensors(contents).tensors;
  });
  await write(to, writeSafetensors(tensors, {}, dtypeOf(float16)));
}

async function convertOwn(
  folder: string,
  to: string,
  target: Target,
  { float16 = false, torch = false, inputShape }: ConvertArguments,
): Promise<void> {
  const saved = await openModel(folder);
  const { model, details } = saved;
  if (target === 'safetensors') return writeWeights(to, model, float16, torch);
  if (target === 'folder') {
    await readingInput(to, () => writeModel(to, model, { ...details }, dtypeOf(float16)));
    return print(process.stderr, to);
  }
  const sample = inputShapeOf(saved, inputShape) ?? missingShape(folder);
  await writeOnnx(to, model, [1, ...sample], float16);
}

async function convertImported(
  found: FoundModel,
  to: string,
  target: Target,
  { float16 = false, torch = false, inputShape }: ConvertArguments,
): Promise<void> {
  if (target === 'folder' || torch) {
    throw new InputError(
      `${found.file}: expected a model of layers of this library, got one of another: it becomes .onnx, or .safetensors`,
    );
  }
  const model = await openImported(found);
  if (target === 'safetensors') return writeWeights(to, model, float16, false);
  const shapes = inputShapesOf(model.inputs, inputShape) ?? missingShape(found.file);
  await writeOnnx(to, model, shapes, float16);
}

async function writeWeights(to: string, model: Module, float16: boolean, torch: boolean) {
  const layout = torch ? ({ layout: 'torch' } as const) : {};
  await write(to, saveStateDict(model, { ...layout, ...dtypeOf(float16) }));
}

async function writeOnnx(
  to: string,
  model: Module,
  shapes: Shape | InputShapes,
  float16: boolean,
): Promise<void> {
  const contents = await readingInput(to, () => saveOnnx(model, shapes, { float16 }));
  await write(to, contents);
}

const dtypeOf = (float16: boolean) => (float16 ? ({ dtype: 'float16' } as const) : {});

function missingShape(file: string): never {
  throw new InputError(
    `${file}: expected the shape of one sample, which it leaves open: say it with --input-shape, as in --input-shape 224,224,3`,
  );
}

async function write(to: string, contents: Uint8Array): Promise<void> {
  await readingInput(to, () => writeFileAtomically(to, contents));
  print(process.stderr, `${to}: ${bytes(contents.length)}`);
}
