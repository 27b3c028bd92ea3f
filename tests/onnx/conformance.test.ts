// ONNX's own cases, each loaded and run as it stands.
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { noGrad } from '../../src/autograd.js';
import { loadOnnx } from '../../src/onnx/index.js';
import { fromData, scope } from '../../src/tensor.js';
import { sizeOf } from '../../src/shape.js';
import { dataDir, describeWithData, readData } from '../data/support.js';
import { readTensorFile } from '../support/onnx-tensor.js';
import type { OnnxTensor } from '../../src/onnx/types.js';

const FOLDER = 'onnx-node';
/** Those of ONNX's own runner. */
const RELATIVE = 1e-3;
const ABSOLUTE = 1e-7;

interface Case {
  readonly case: string;
  readonly ops: readonly string[];
  readonly input_generated?: string;
}

const OPTIMIZER = 'models hold no optimizers: training is by those of the library';

/** Cases that do not pass, each with the reason; they must fail. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'node/test_training_dropout_default': "which elements are dropped is NumPy's choice",
  'node/test_training_dropout_default_mask': "which elements are dropped is NumPy's choice",
  'pytorch-operator/test_operator_add_size1_right_broadcast':
    'its values are float64 beyond what float32 holds',
  'node/test_adagrad': OPTIMIZER,
  'node/test_adam_multiple': OPTIMIZER,
  'node/test_momentum_multiple': OPTIMIZER,
  'node/test_nesterov_momentum': OPTIMIZER,
  'simple/test_gradient_of_add':
    'the op Gradient has no graph of its own: here gradients are taken of modules',
};

const tensorOf = ({ shape, dtype, data }: OnnxTensor) =>
  fromData('test', data, shape, dtype === 'int64' || dtype === 'int32' ? 'int32' : 'float32');

const tensorsOf = (folder: string, prefix: string) =>
  readdirSync(`${dataDir}${folder}`)
    .filter((file) => file.startsWith(prefix))
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
    .map((file) => readTensorFile(readData(`${folder}/${file}`)));

function run({ case: name, input_generated: generated }: Case): void {
  const model = loadOnnx(readData(`${FOLDER}/${name}/model.onnx`));
  const folder = `${FOLDER}/${name}/test_data_set_0`;
  const given = tensorsOf(folder, 'input_');
  const inputs = model.inputs.map(({ name: input, shape }, i) => {
    if (!generated) return [input, tensorOf(given.find((t) => t.name === input) ?? given[i]!)];
    const sizes = shape!.map((size) => size ?? 1);
    const count = sizeOf(sizes);
    const values = Float32Array.from({ length: count }, (_, k) => k / count);
    return [input, fromData('test', values, sizes, 'float32')];
  });
  const outputs = noGrad(() => model.run(Object.fromEntries(inputs) as never));
  model.dispose();
  tensorsOf(folder, 'output_').forEach((expected, i) => {
    const output = outputs[model.outputs[i]!]!;
    expect(output.shape).toEqual(expected.shape);
    const values = output.data();
    for (let k = 0; k < values.length; k++) {
      const [got, wanted] = [values[k]!, expected.data[k]!];
      if (Object.is(got, wanted) || got === wanted) continue;
      const error = Math.abs(got - wanted);
      if (error <= ABSOLUTE + RELATIVE * Math.abs(wanted)) continue;
      expect.fail(`output ${i} [${k}]: expected ${wanted}, got ${got}`);
    }
  });
}

describeWithData(FOLDER, () => {
  const { cases } = JSON.parse(new TextDecoder().decode(readData(`${FOLDER}/index.json`))) as {
    cases: Case[];
  };

  test('at most 8 of 100 are left out', () => {
    expect(cases.map((c) => c.case)).toEqual(expect.arrayContaining(Object.keys(LEFT_OUT)));
    expect(Object.keys(LEFT_OUT).length).toBeLessThanOrEqual(0.08 * cases.length);
  });

  describe('cases', () => {
    test.each(cases)('$case', (c) => {
      const reason = LEFT_OUT[c.case];
      if (reason === undefined) scope(() => run(c));
      else expect(() => scope(() => run(c)), `left out: ${reason}`).toThrow();
    });
  });
});
