// ONNX Runtime, native and in WebAssembly, behind one function.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Tensor } from '../../src/tensor.js';

interface Values {
  readonly data: ArrayLike<number>;
  readonly dims: readonly number[];
}

interface Runtime {
  readonly env?: { readonly wasm: { numThreads: number } };
  readonly InferenceSession: {
    create(file: Uint8Array): Promise<{
      readonly inputNames: readonly string[];
      readonly outputNames: readonly string[];
      run(feeds: Record<string, Values>): Promise<Record<string, Values>>;
      release(): Promise<void>;
    }>;
  };
  readonly Tensor: new (dtype: string, data: ArrayLike<number>, dims: readonly number[]) => Values;
}

const { resolve } = createRequire(new URL('package.json', import.meta.url));

/** The package, as it lies in the folder of this file. */
async function load(name: string): Promise<Runtime> {
  const module = (await import(pathToFileURL(resolve(name)).href)) as { default?: Runtime };
  const runtime = (module.default ?? module) as Runtime;
  if (runtime.env?.wasm) runtime.env.wasm.numThreads = 1;
  return runtime;
}

/** Runs a file's model on tensors, given in the order of its inputs. @returns all outputs, in the order of the file */
export async function runOnnx(
  name: 'onnxruntime-node' | 'onnxruntime-web',
  file: Uint8Array,
  inputs: readonly Tensor[],
): Promise<Values[]> {
  const { InferenceSession, Tensor: OrtTensor } = await load(name);
  const session = await InferenceSession.create(file);
  try {
    const feeds = session.inputNames.map((input, i) => {
      const x = inputs[i]!;
      return [input, new OrtTensor(x.dtype, x.data(), x.shape)] as const;
    });
    const outputs = await session.run(Object.fromEntries(feeds));
    return session.outputNames.map((output) => outputs[output]!);
  } finally {
    await session.release();
  }
}
