import { readFile, stat } from 'node:fs/promises';
import { loadTorch, readSafetensors, TraceError } from '../index.js';
import type { ImportedModule } from '../tfjs/index.js';
import { compileImported, inputShapesOf } from './compiled.js';
import { opTable, tensorTable } from './display.js';
import { readingInput } from './errors.js';
import { openImported } from './imported-model.js';
import type { FoundModel } from './model-kind.js';
import { shownShape } from './picture-input.js';
import { bytes } from './report/format.js';

const NAMES: Readonly<Record<string, string>> = {
  onnx: 'ONNX',
  tfjs: 'TensorFlow.js',
  tflite: 'TFLite',
  safetensors: 'safetensors',
  torch: 'PyTorch',
};

/** What is in a file of weights alone. */
export async function describeWeights({ kind, file }: FoundModel): Promise<string> {
  const tensors = await readingInput(file, async () => {
    const contents = await readFile(file);
    return kind === 'torch' ? loadTorch(contents) : readSafetensors(contents).tensors;
  });
  const rows = Array.from(tensors, ([name, tensor]) => ({ name, shape: tensor.shape }));
  return `${await heading({ kind, file })}: weights without a net\n\n${tensorTable(rows)}`;
}

/** What a model of another library is: what it takes and gives, its ops, and what it costs where sizes are known. */
export async function describeImported(
  found: FoundModel,
  inputShape: readonly number[] | undefined,
): Promise<string> {
  const model = await openImported(found);
  const head = [
    await heading(found),
    ...model.inputs.map((input) => `input ${input.name} ${shownShape(input.shape)} ${input.dtype}`),
    ...model.outputs.map((name) => `output ${name}`),
  ];
  const graph = await readingInput(found.file, () => describeGraph(model, inputShape));
  return [head.join('\n'), opTable(model.ops), graph].join('\n\n');
}

async function heading({ kind, file }: FoundModel): Promise<string> {
  const { size } = await readingInput(file, () => stat(file));
  return `${NAMES[kind]}, ${bytes(size)}`;
}

/** Its graph as it would run, with the memory that that takes. */
function describeGraph(model: ImportedModule, given: readonly number[] | undefined): string {
  const shapes = inputShapesOf(model.inputs, given);
  if (!shapes) {
    return 'to see its graph and what it costs, say the sizes that the file leaves open: --input-shape, as in 3,224,224';
  }
  try {
    using session = compileImported(model, shapes);
    return session.summary();
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    return `it cannot be planned, and runs node by node: ${error.message}`;
  }
}
