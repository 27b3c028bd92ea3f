// Writes the ONNX files of tests/onnx/export-models.ts to a folder and runs each in ONNX Runtime, which has to give what the
// model gives; prints a checksum of each file. `npm ci --prefix bench/peers` installs ONNX Runtime.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPeer } from '../../bench/peers/load.js';
import { checksum } from '../../src/formats/checksum.js';
import { init, type Module, permute, randn, scope, type Tensor, tensor } from '../../src/index.js';
import { saveOnnx } from '../../src/onnx/export/save-onnx.js';
import { type ExportedModel, exportedModels } from '../onnx/export-models.js';

interface Value {
  readonly dims: readonly number[];
  readonly data: ArrayLike<number>;
}

interface Runtime {
  Tensor: new (type: string, data: object, dims: readonly number[]) => Value;
  InferenceSession: {
    create(bytes: Uint8Array): Promise<{
      readonly inputNames: readonly string[];
      readonly outputNames: readonly string[];
      run(inputs: Record<string, Value>): Promise<Record<string, Value>>;
    }>;
  };
}

const MOST = 1e-4;
/** Of weights that are rounded to float16. */
const MOST_OF_HALF = 1e-2;

/** As the file has it. */
function inFile(x: Tensor, { layout = 'NCHW' }: ExportedModel['options']): Tensor {
  const isPicture = x.dtype === 'float32' && x.rank >= 3 && layout === 'NCHW';
  return isPicture ? permute(x, [0, x.rank - 1, ...[...x.shape.keys()].slice(1, -1)]) : x;
}

function inputOf({ shape, words, options }: ExportedModel): Tensor {
  const batch = options.dynamicBatch === false ? 1 : 3;
  const full = [batch, ...shape.slice(1)];
  if (words === undefined) return randn(full);
  const size = full.reduce((a, b) => a * b, 1);
  return tensor(
    Int32Array.from({ length: size }, (_, i) => i % words),
    full,
    { dtype: 'int32' },
  );
}

async function check(ort: Runtime, bytes: Uint8Array, model: Module, exported: ExportedModel) {
  const { name, options } = exported;
  const session = await ort.InferenceSession.create(bytes);
  const [input, expected] = scope(() => {
    const x = inputOf(exported);
    return [inFile(x, options), inFile(model.predict(x), options)];
  });
  const type = input.dtype === 'int32' ? 'int32' : 'float32';
  const given = new ort.Tensor(type, input.data(), input.shape);
  const results = await session.run({ [session.inputNames[0]!]: given });
  const { dims, data } = results[session.outputNames[0]!]!;
  const most = options.float16 === true ? MOST_OF_HALF : MOST;
  const isEqual = expected.data().every((value, i) => Math.abs(value - data[i]!) <= most);
  if (!isEqual || String(dims) !== String(expected.shape)) throw new Error(`${name} differs`);
}

const [folder] = process.argv.slice(2);
await init({ source: readFileSync('build/release.wasm') });
const ort = await loadPeer<Runtime>('onnxruntime-node');
const checksums: Record<string, string> = {};
for (const exported of exportedModels()) {
  const { name, make, shape, words, options } = exported;
  const model = make();
  const bytes = saveOnnx(model, words === undefined ? shape : { shape, dtype: 'int32' }, options);
  await check(ort, bytes, model, exported);
  writeFileSync(join(folder!, `${name}.onnx`), bytes);
  checksums[name] = checksum(bytes).toString(16);
  model.dispose();
}
process.stdout.write(JSON.stringify(checksums, null, 2));
