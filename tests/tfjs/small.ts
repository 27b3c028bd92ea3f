import type { TfjsFiles } from '../../src/tfjs/source.js';

interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype?: 'float32' | 'int32';
  readonly values?: readonly number[];
}

/** The manifest and the file of weights; float32 ones are 0.1, -0.2, 0.3 … unless they are given. */
export function weightFiles(list: readonly Weight[]) {
  const bytes: Uint8Array[] = [];
  const weights = list.map(({ name, shape, dtype = 'float32', values }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const numbers = values ?? Array.from({ length: size }, (_, i) => ((i % 7) - 3) / 10 + 0.05);
    const array = dtype === 'int32' ? Int32Array.from(numbers) : Float32Array.from(numbers);
    bytes.push(new Uint8Array(array.buffer));
    return { name, shape, dtype };
  });
  const whole = new Uint8Array(bytes.reduce((sum, { length }) => sum + length, 0));
  let begin = 0;
  for (const part of bytes) {
    whole.set(part, begin);
    begin += part.length;
  }
  return { weightsManifest: [{ paths: ['weights.bin'], weights }], bytes: whole };
}

/** A layers-model of these layers, one after another; the first tells the input's shape. */
export function sequential(
  layers: readonly { class_name: string; config: object }[],
  list: readonly Weight[],
  kerasVersion = '2.4.0',
): TfjsFiles {
  const { weightsManifest, bytes } = weightFiles(list);
  const model_config = { class_name: 'Sequential', config: { name: 'net', layers } };
  const modelTopology = { keras_version: kerasVersion, model_config };
  return { modelJson: JSON.stringify({ modelTopology, weightsManifest }), weights: [bytes] };
}

export const layer = (class_name: string, name: string, config: object = {}) => ({
  class_name,
  config: { name, ...config },
});

/** A small classifier of pictures [N,6,6,2]. */
export const CLASSIFIER = (): TfjsFiles =>
  sequential(
    [
      layer('Conv2D', 'conv', {
        batch_input_shape: [null, 6, 6, 2],
        filters: 3,
        kernel_size: [3, 3],
        strides: [1, 1],
        padding: 'same',
        activation: 'relu',
      }),
      layer('BatchNormalization', 'norm', { axis: [3], epsilon: 0.001 }),
      layer('MaxPooling2D', 'pool', { pool_size: [2, 2], strides: [2, 2] }),
      layer('Dropout', 'drop', { rate: 0.5 }),
      layer('Flatten', 'flat'),
      layer('Dense', 'dense', { units: 4, activation: 'softmax' }),
    ],
    [
      { name: 'conv/kernel', shape: [3, 3, 2, 3] },
      { name: 'conv/bias', shape: [3] },
      { name: 'norm/gamma', shape: [3] },
      { name: 'norm/beta', shape: [3] },
      { name: 'norm/moving_mean', shape: [3] },
      { name: 'norm/moving_variance', shape: [3], values: [1, 2, 3] },
      { name: 'dense/kernel', shape: [27, 4] },
      { name: 'dense/bias', shape: [4] },
    ],
  );

interface SmallNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: object;
}

/** A graph-model of these nodes; the constants are the weights. */
export function graphModel(
  nodes: readonly SmallNode[],
  list: readonly Weight[],
  signature?: object,
): TfjsFiles {
  const { weightsManifest, bytes } = weightFiles(list);
  const constants = list.map(({ name }) => ({ name, op: 'Const', attr: {} }));
  const modelTopology = { node: [...constants, ...nodes] };
  const model = { format: 'graph-model', signature, modelTopology, weightsManifest };
  return { modelJson: JSON.stringify(model), weights: [bytes] };
}

export const text = (value: string) => ({ s: btoa(value) });
export const integers = (...values: number[]) => ({ list: { i: values.map(String) } });
export const shape = (...sizes: number[]) => ({
  shape: { dim: sizes.map((size) => ({ size: String(size) })) },
});

/** A small graph-model: a fused convolution, a pool, shape arithmetic, a fused product. */
export const GRAPH = (): TfjsFiles =>
  graphModel(
    [
      {
        name: 'x',
        op: 'Placeholder',
        attr: { dtype: { type: 'DT_FLOAT' }, shape: shape(-1, 6, 6, 2) },
      },
      {
        name: 'conv',
        op: '_FusedConv2D',
        input: ['x', 'filter', 'bias'],
        attr: {
          strides: integers(1, 1, 1, 1),
          dilations: integers(1, 1, 1, 1),
          padding: text('SAME'),
          data_format: text('NHWC'),
          fused_ops: { list: { s: [btoa('BiasAdd'), btoa('Relu')] } },
          num_args: { i: '1' },
        },
      },
      {
        name: 'pool',
        op: 'MaxPool',
        input: ['conv'],
        attr: {
          ksize: integers(1, 2, 2, 1),
          strides: integers(1, 2, 2, 1),
          padding: text('VALID'),
        },
      },
      { name: 'shape', op: 'Shape', input: ['pool'], attr: { out_type: { type: 'DT_INT32' } } },
      {
        name: 'batch',
        op: 'StridedSlice',
        input: ['shape', 'zero', 'one', 'one'],
        attr: { shrink_axis_mask: { i: '1' } },
      },
      { name: 'sizes', op: 'Pack', input: ['batch', 'rest'], attr: { axis: { i: '0' } } },
      { name: 'flat', op: 'Reshape', input: ['pool', 'sizes'] },
      {
        name: 'dense',
        op: '_FusedMatMul',
        input: ['flat', 'matrix', 'shift', '^pool'],
        attr: { fused_ops: { list: { s: [btoa('BiasAdd')] } } },
      },
      { name: 'y', op: 'Softmax', input: ['dense'] },
    ],
    [
      { name: 'filter', shape: [3, 3, 2, 3] },
      { name: 'bias', shape: [3] },
      { name: 'zero', shape: [1], dtype: 'int32', values: [0] },
      { name: 'one', shape: [1], dtype: 'int32', values: [1] },
      { name: 'rest', shape: [], dtype: 'int32', values: [-1] },
      { name: 'matrix', shape: [27, 4] },
      { name: 'shift', shape: [4] },
    ],
    { inputs: { x: { name: 'x:0' } }, outputs: { y: { name: 'y:0' } } },
  );

/** x · 2³, by a loop of TensorFlow 1 that writes every turn's x into a list; `op` is what its body computes. */
export const LOOP = (op = 'Mul', turns = 3): TfjsFiles => {
  const names = ['i', 'x', 'list'];
  const variable = (name: string, enter: string, next: string) => [
    { name: `${name}/enter`, op: 'Enter', input: [enter], attr: { frame_name: text('loop') } },
    { name: `${name}/merge`, op: 'Merge', input: [`${name}/enter`, `${name}/next`] },
    { name: `${name}/switch`, op: 'Switch', input: [`${name}/merge`, 'cond'] },
    { name: `${name}/next`, op: 'NextIteration', input: [next] },
    { name: `${name}/exit`, op: 'Exit', input: [`${name}/switch`] },
  ];
  const [i, x, list] = names.map((name) => `${name}/switch:1`) as [string, string, string];
  return graphModel(
    [
      { name: 'input', op: 'Placeholder', attr: { shape: shape(-1, 2) } },
      { name: 'reserve', op: 'TensorListReserve', input: ['turns', 'turns'] },
      ...variable('i', 'zero', 'i/add'),
      ...variable('x', 'input', 'x/mul'),
      ...variable('list', 'reserve', 'list/set'),
      { name: 'factor', op: 'Enter', input: ['two'], attr: { is_constant: { b: true } } },
      { name: 'less', op: 'Less', input: ['i/merge', 'turns'] },
      { name: 'cond', op: 'LoopCond', input: ['less'] },
      { name: 'i/add', op: 'AddV2', input: [i, 'one'], attr: { T: { type: 'DT_INT32' } } },
      { name: 'x/mul', op, input: [x, 'factor'] },
      { name: 'list/set', op: 'TensorListSetItem', input: [list, i, 'x/mul'] },
      { name: 'stack', op: 'TensorListStack', input: ['list/exit', 'one'] },
      { name: 'y', op: 'Identity', input: ['x/exit'] },
    ],
    [
      { name: 'zero', shape: [], dtype: 'int32', values: [0] },
      { name: 'one', shape: [], dtype: 'int32', values: [1] },
      { name: 'turns', shape: [], dtype: 'int32', values: [turns] },
      { name: 'two', shape: [], values: [2] },
    ],
    { outputs: { y: { name: 'y' }, all: { name: 'stack' } } },
  );
};
