// Layers against what Keras documents, computed here by hand.
import { describe, expect, test } from 'vitest';
import { tensor } from '../../src/creation.js';
import { scope } from '../../src/tensor.js';
import { loadTfjs } from '../../src/tfjs/load.js';
import type { TfjsFiles } from '../../src/tfjs/source.js';
import { layer, sequential, weightFiles } from './small.js';

async function outputs(files: TfjsFiles, ...inputs: { shape: number[]; data: number[] }[]) {
  using net = await loadTfjs(files);
  return scope(() => {
    const given = net.inputs.map(
      ({ name }, i) => [name, tensor(inputs[i]!.data, inputs[i]!.shape)] as const,
    );
    return Object.values(net.run(Object.fromEntries(given))).map((y) => ({
      shape: [...y.shape],
      data: Array.from(y.data(), (value) => Math.round(1e5 * value) / 1e5),
    }));
  });
}

const one = (name: string, config: object, shape: number[]) =>
  sequential([layer(name, 'only', { ...config, batch_input_shape: [null, ...shape] })], []);

test.each<[string, object, number[], number[], number[], number[]]>([
  ['ReLU', { max_value: 2, negative_slope: 0.5 }, [4], [-2, 1, 2, 3], [4], [-1, 1, 2, 2]],
  ['ReLU', { threshold: 1.5, max_value: null }, [4], [-2, 1, 2, 3], [4], [0, 0, 2, 3]],
  ['LeakyReLU', { alpha: 0.1 }, [2], [-1, 1], [2], [-0.1, 1]],
  ['LeakyReLU', { negative_slope: 0.5 }, [2], [-1, 1], [2], [-0.5, 1]],
  ['ThresholdedReLU', { theta: 1 }, [3], [0.5, 1, 2], [3], [0, 0, 2]],
  ['ELU', { alpha: 2 }, [2], [-1, 1], [2], [-1.26424, 1]],
  ['Activation', { activation: 'hard_sigmoid' }, [3], [-3, 1, 3], [3], [0, 0.7, 1]],
  ['Activation', { activation: { class_name: 'relu6' } }, [2], [-1, 7], [2], [0, 6]],
  ['Softmax', { axis: [-1] }, [2], [0, 0], [2], [0.5, 0.5]],
  ['Flatten', { data_format: 'channels_first' }, [2, 2], [1, 2, 3, 4], [4], [1, 3, 2, 4]],
  ['Reshape', { target_shape: [-1, 1] }, [2, 2], [1, 2, 3, 4], [4, 1], [1, 2, 3, 4]],
  ['Permute', { dims: [2, 1] }, [2, 2], [1, 2, 3, 4], [2, 2], [1, 3, 2, 4]],
  ['RepeatVector', { n: 2 }, [2], [1, 2], [2, 2], [1, 2, 1, 2]],
  ['ZeroPadding1D', { padding: [1, 0] }, [2, 1], [1, 2], [3, 1], [0, 1, 2]],
  [
    'ZeroPadding2D',
    {
      padding: [
        [0, 1],
        [1, 0],
      ],
    },
    [1, 1, 1],
    [5],
    [2, 2, 1],
    [0, 5, 0, 0],
  ],
  ['Cropping1D', { cropping: 1 }, [3, 1], [1, 2, 3], [1, 1], [2]],
  ['Cropping2D', { cropping: [0, 1] }, [1, 3, 1], [1, 2, 3], [1, 1, 1], [2]],
  ['UpSampling1D', { size: 2 }, [2, 1], [1, 2], [4, 1], [1, 1, 2, 2]],
  [
    'UpSampling2D',
    { size: [1, 2], interpolation: 'bilinear' },
    [1, 2, 1],
    [0, 2],
    [1, 4, 1],
    [0, 1, 2, 2],
  ],
  ['AveragePooling1D', { pool_size: 2, padding: 'same' }, [3, 1], [1, 3, 5], [2, 1], [2, 5]],
  ['MaxPooling1D', { pool_size: [2], strides: [1] }, [3, 1], [1, 3, 2], [2, 1], [3, 3]],
  ['GlobalAveragePooling2D', { keepdims: true }, [1, 2, 1], [1, 3], [1, 1, 1], [2]],
  ['GlobalMaxPooling1D', {}, [2, 1], [1, 3], [1], [3]],
  ['Rescaling', { scale: 0.5, offset: [1, 2] }, [2], [2, 4], [2], [2, 4]],
  ['Normalization', { axis: -1, mean: [1, 2], variance: [4, 9] }, [2], [3, 5], [2], [1, 1]],
  ['CenterCrop', { height: 1, width: 1 }, [3, 3, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 1], [5]],
  ['GaussianNoise', { stddev: 3 }, [2], [1, 2], [2], [1, 2]],
])('%s %j', async (name, config, shape, data, expectedShape, expected) => {
  const [y] = await outputs(one(name, config, shape), { shape: [1, ...shape], data });
  expect(y).toEqual({ shape: [1, ...expectedShape], data: expected });
});

test.each([
  ['Add', {}, [4, 6]],
  ['Subtract', {}, [-2, -2]],
  ['Multiply', {}, [3, 8]],
  ['Average', {}, [2, 3]],
  ['Maximum', {}, [3, 4]],
  ['Minimum', {}, [1, 2]],
  ['Concatenate', { axis: -1 }, [1, 2, 3, 4]],
  ['Dot', { axes: -1 }, [11]],
])('%s of two inputs', async (name, config, expected) => {
  const input = (own: string) => ({
    ...layer('InputLayer', own, { batch_shape: [null, 2] }),
    name: own,
    inbound_nodes: [],
  });
  const tensorOf = (own: string) => ({
    class_name: '__keras_tensor__',
    config: { shape: [null, 2], dtype: 'float32', keras_history: [own, 0, 0] },
  });
  const merge = {
    ...layer(name, 'merge', config),
    name: 'merge',
    inbound_nodes: [{ args: [[tensorOf('a'), tensorOf('b')]], kwargs: {} }],
  };
  const model_config = {
    class_name: 'Functional',
    config: {
      name: 'net',
      layers: [merge, input('a'), input('b')],
      input_layers: [
        ['a', 0, 0],
        ['b', 0, 0],
      ],
      output_layers: ['merge', 0, 0],
    },
  };
  const { weightsManifest } = weightFiles([]);
  const modelTopology = { keras_version: '3.8.0', model_config };
  const files = { modelJson: { modelTopology, weightsManifest }, weights: [new Uint8Array()] };
  const [y] = await outputs(
    files,
    { shape: [1, 2], data: [1, 2] },
    { shape: [1, 2], data: [3, 4] },
  );
  expect(y!.data).toEqual(expected);
});

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

test("an LSTM has Keras's gates: input, forget, cell, output", async () => {
  const kernel = [0.1, 0.2, 0.3, 0.4];
  const recurrent = [0.5, -0.6, 0.7, 0.8];
  const bias = [0.01, 0.02, 0.03, 0.04];
  const files = sequential(
    [layer('LSTM', 'rnn', { batch_input_shape: [null, 3, 1], units: 1, return_sequences: true })],
    [
      { name: 'rnn/lstm_cell/kernel', shape: [1, 4], values: kernel },
      { name: 'rnn/lstm_cell/recurrent_kernel', shape: [1, 4], values: recurrent },
      { name: 'rnn/lstm_cell/bias', shape: [4], values: bias },
    ],
  );
  let [h, c] = [0, 0];
  const expected = [1, -2, 3].map((x) => {
    const [i, f, g, o] = kernel.map((k, gate) => k * x + recurrent[gate]! * h + bias[gate]!);
    c = sigmoid(f!) * c + sigmoid(i!) * Math.tanh(g!);
    h = sigmoid(o!) * Math.tanh(c);
    return Math.round(1e5 * h) / 1e5;
  });
  const [y] = await outputs(files, { shape: [1, 3, 1], data: [1, -2, 3] });
  expect(y).toEqual({ shape: [1, 3, 1], data: expected });
});

test('a bidirectional layer joins both directions; steps share a layer', async () => {
  const weights = (direction: string) =>
    ['kernel', 'recurrent_kernel'].map((name) => ({
      name: `both/${direction}_rnn/${name}`,
      shape: [1, 1],
      values: [name === 'kernel' ? 1 : 0],
    }));
  const inner = layer('SimpleRNN', 'rnn', {
    units: 1,
    use_bias: false,
    activation: 'linear',
    return_sequences: true,
  });
  const dense = layer('Dense', 'inner', { units: 1, use_bias: false });
  const files = sequential(
    [
      layer('Bidirectional', 'both', {
        batch_input_shape: [null, 2, 1],
        layer: inner,
        merge_mode: 'concat',
      }),
      layer('TimeDistributed', 'steps', { layer: dense }),
    ],
    [
      ...weights('forward'),
      ...weights('backward'),
      { name: 'steps/kernel', shape: [2, 1], values: [1, 10] },
    ],
  );
  const [y] = await outputs(files, { shape: [1, 2, 1], data: [1, 2] });
  expect(y).toEqual({ shape: [1, 2, 1], data: [11, 22] });
});

test('convolutions: causal, depthwise of several channels, separable, transposed', async () => {
  const files = sequential(
    [
      layer('Conv1D', 'causal', {
        batch_input_shape: [null, 3, 1],
        filters: 1,
        kernel_size: [2],
        padding: 'causal',
        use_bias: false,
      }),
      layer('DepthwiseConv1D', 'depth', { kernel_size: [1], depth_multiplier: 2, use_bias: false }),
      layer('SeparableConv1D', 'separable', { filters: 1, kernel_size: [1], use_bias: false }),
      layer('Conv1DTranspose', 'up', {
        filters: 1,
        kernel_size: [1],
        strides: [2],
        use_bias: false,
      }),
    ],
    [
      { name: 'causal/kernel', shape: [2, 1, 1], values: [1, 10] },
      { name: 'depth/kernel', shape: [1, 1, 2], values: [1, 2] },
      { name: 'separable/depthwise_kernel', shape: [1, 2, 1], values: [1, 1] },
      { name: 'separable/pointwise_kernel', shape: [1, 2, 1], values: [1, 1] },
      { name: 'up/kernel', shape: [1, 1, 1], values: [1] },
    ],
  );
  const [y] = await outputs(files, { shape: [1, 3, 1], data: [1, 2, 3] });
  expect(y).toEqual({ shape: [1, 6, 1], data: [30, 0, 63, 0, 96, 0] });
});

describe('models that make no sense', () => {
  const dense = (name: string, config: object = {}) =>
    layer('Dense', name, { units: 1, ...config });
  const input = { batch_input_shape: [null, 1] };
  const weight = (name: string) => ({ name: `${name}/kernel`, shape: [1, 1] });

  test.each<[string, TfjsFiles, string]>([
    [
      'classes that are not known',
      sequential(
        [layer('Lambda', 'a', input), layer('Foo', '__proto__'), layer('Lambda', 'c')],
        [],
      ),
      'model.json: expected layers that are known here, got Lambda (a, c); Foo (__proto__)',
    ],
    [
      'missing weights',
      sequential([dense('a', input)], []),
      'layer a (Dense): expected one weight a/kernel, got none',
    ],
    [
      'weights of another shape',
      sequential([dense('a', { ...input, units: 2 })], [weight('a')]),
      'layer a (Dense): weight a/kernel: expected shape [any,2], got [1,1]',
    ],
    [
      'a wrong number',
      sequential([dense('a', { ...input, units: -1 })], [weight('a')]),
      'layer a (Dense): units: expected an integer of at least 1, got -1',
    ],
    [
      'an activation that is not known',
      sequential([dense('a', { ...input, activation: 'constructor' })], [weight('a')]),
      'layer a (Dense): activation: expected one of linear',
    ],
    ['no layers', sequential([], []), 'model net: expected layers, got none'],
    [
      'a mask',
      sequential([layer('Embedding', 'a', { input_dim: 1, output_dim: 1, mask_zero: true })], []),
      'mask_zero: expected false: no masks are read, got true',
    ],
  ])('%s', async (_, files, message) => {
    await expect(loadTfjs(files)).rejects.toThrow(message);
  });

  test('a layer called __proto__ is one like any other', async () => {
    const files = sequential(
      [dense('__proto__', { ...input, use_bias: false })],
      [{ ...weight('__proto__'), values: [3] }],
    );
    expect((await outputs(files, { shape: [1, 1], data: [2] }))[0]!.data).toEqual([6]);
  });

  test('a cycle, and references to nothing', async () => {
    const named = (own: string, from: string) => ({
      ...layer('Identity', own),
      name: own,
      inbound_nodes: [[[from, 0, 0, {}]]],
    });
    const model = (layers: object[], output = 'b') => ({
      modelJson: {
        modelTopology: {
          class_name: 'Model',
          config: {
            name: 'net',
            layers: [
              { ...layer('InputLayer', 'x', input), name: 'x', inbound_nodes: [] },
              ...layers,
            ],
            input_layers: [['x', 0, 0]],
            output_layers: [[output, 0, 0]],
          },
        },
        weightsManifest: [],
      },
      weights: [],
    });
    await expect(loadTfjs(model([named('a', 'b'), named('b', 'a')]))).rejects.toThrow(
      'model net: expected layers without a cycle',
    );
    await expect(loadTfjs(model([named('b', 'nobody')]))).rejects.toThrow(
      'model net: expected a layer, got nobody',
    );
    await expect(loadTfjs(model([named('b', 'x')], 'nobody'))).rejects.toThrow('got nobody');
    await expect(loadTfjs(model([named('b', 'x'), named('b', 'x')]))).rejects.toThrow(
      'expected one layer b, got two',
    );
  });
});
