// TFLite files that people run, against what LiteRT gave, or ONNX Runtime for the same net.
import { expect, test } from 'vitest';
import { tensor } from '../../src/creation.js';
import { loadTflite, type TfliteOptions } from '../../src/tflite/index.js';
import { scope } from '../../src/tensor.js';
import { dataDir, describeWithData, readData } from '../data/support.js';

interface Case {
  readonly notes?: string;
  readonly cases: readonly {
    readonly inputs: readonly { name: string; shape: number[]; data: Float32Array }[];
    readonly outputs: readonly {
      readonly name: string;
      readonly expected: Float32Array;
      readonly refNoise?: number;
    }[];
  }[];
}
interface Reader {
  readCase(folder: string): Case;
  compare(
    output: object,
    actual: Float32Array,
    tolerance: { atol: number },
  ): { excess: number; max: number };
}

const FILES: readonly [folder: string, file: string][] = [
  ['mediapipe-blazeface-short', 'model.tflite'],
  ['mediapipe-face-landmark', 'model.tflite'],
  ['mediapipe-selfie-general', 'selfie_segmentation.tflite'],
  ['mediapipe-selfie-landscape', 'model.tflite'],
  ['mobilenet-v1-0.25-224', 'model.tflite'],
  ['tiny-resnet8', 'model.tflite'],
];
/** LiteRT rounds what goes into int8 weights: its result of the first is that far from the exact one. */
const QUANTIZED: readonly [folder: string, file: string, tolerance: number][] = [
  ['tiny-kws-dscnn', 'model.tflite', 1e-3],
  ['tiny-kws-dscnn', 'model_int8.tflite', 2 / 256],
  ['tiny-resnet8', 'model_int8.tflite', 2 / 256],
];

const reader = async () =>
  (await import(/* @vite-ignore */ `${dataDir}real-models/read-case.mjs`)) as Reader;

/** What the model gives for the inputs of a case, by names: ONNX's conversions number them. */
function outputsOf(path: string, run: Case['cases'][number], options: TfliteOptions = {}) {
  const model = loadTflite(readData(path) as Uint8Array<ArrayBuffer>, options);
  const [{ shape, data }] = run.inputs as [(typeof run.inputs)[number]];
  return scope(() => {
    const results = Object.entries(model.run(tensor(data, shape)));
    model.dispose();
    return run.outputs.map(({ name }) => {
      const isSame = ([own]: [string, unknown]) => own.startsWith(name) || name.startsWith(own);
      const found = results.find(([own]) => own === name) ?? results.find(isSame);
      return found![1].data() as Float32Array;
    });
  });
}

describeWithData('real-models', () => {
  test.each(FILES)('%s/%s', async (folder, file) => {
    const { readCase, compare } = await reader();
    for (const run of readCase(`${dataDir}real-models/${folder}`).cases) {
      const results = outputsOf(`real-models/${folder}/${file}`, run);
      run.outputs.forEach((output, i) => {
        const tolerance = { atol: Math.max(1e-4, 10 * (output.refNoise ?? 0)) };
        const { excess, max } = compare(output, results[i]!, tolerance);
        expect(excess, `${output.name}: differs by ${max}`).toBeLessThanOrEqual(0);
      });
    }
  });

  test.each(QUANTIZED)('%s/%s, quantised', async (folder, file, tolerance) => {
    const { readCase } = await reader();
    const [run] = readCase(`${dataDir}real-models/${folder}`).cases as [Case['cases'][number]];
    const [exact] = outputsOf(`real-models/${folder}/${file}`, run) as [Float32Array];
    exact.forEach((value, i) =>
      expect(Math.abs(value - run.outputs[0]!.expected[i]!)).toBeLessThan(tolerance),
    );
  });

  test('int8 models take and give the numbers of the file where asked to', async () => {
    const { readCase } = await reader();
    const path = 'real-models/tiny-kws-dscnn/model_int8.tflite';
    const [run] = readCase(`${dataDir}real-models/tiny-kws-dscnn`).cases as [Case['cases'][number]];
    const [input] = run.inputs as [(typeof run.inputs)[number]];
    const quanta = input.data.map((x) => Math.round(x / 0.5847029089927673) + 83);
    const options = { quantizedBorders: true, roundActivations: true };
    const [q] = outputsOf(path, { ...run, inputs: [{ ...input, data: quanta }] }, options);
    const largest = q!.indexOf(Math.max(...q!));
    expect(largest).toBe(run.outputs[0]!.expected.indexOf(Math.max(...run.outputs[0]!.expected)));
    expect(q!.every((value) => Number.isInteger(value) && value >= -128 && value <= 127)).toBe(
      true,
    );
    expect(q!.reduce((sum, value) => sum + value + 128, 0)).toBeCloseTo(256, -1);
  });
});
