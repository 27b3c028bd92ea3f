// Convolutions of inputs that are padded otherwise than with zeros.
import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { Conv1d, Conv2d, Conv3d, layerFromConfig, pad, scope } from '../../src/index.js';
import { Random } from '../../src/random.js';
import { golden } from '../support/golden.js';
import { expectGolden, randomLeaf } from '../support/op.js';
import { expectNothingLeft } from '../support/memory.js';

const LAYERS = { Conv1d, Conv2d, Conv3d };
const CASES = golden('conv_padding_mode');

describe.each(['Conv1d', 'Conv2d', 'Conv3d'] as const)('%s', (name) => {
  test.each(CASES[name])('agrees with PyTorch: $name', ({ inputs, output, args }) => {
    const [kernel, options] = args as [never, object];
    const make = () => new LAYERS[name](3, 2, kernel, { ...options, bias: false });
    expectGolden(
      (x, w) => {
        const layer = make();
        Object.assign(layer, { weight: w });
        return layer.forward(x!);
      },
      inputs,
      output,
    );
    const layer = make();
    expect(layerFromConfig(layer.config()).config()).toEqual(layer.config());
  });
});

test("'same' is resolved before: the output has the input's size", () =>
  scope(() => {
    const x = randomLeaf(new Random(5), [1, 5, 6, 2]);
    const layer = new Conv2d(2, 3, [3, 2], { padding: 'same', paddingMode: 'reflect' });
    expect(layer.forward(x).shape).toEqual([1, 5, 6, 3]);
    const padded = pad(x, [[0, 0], [1, 1], [0, 1], [0, 0]], { mode: 'reflect' }); // prettier-ignore
    const plain = new Conv2d(2, 3, [3, 2]);
    Object.assign(plain, { weight: layer.weight, bias: layer.bias });
    expect([...layer.forward(x).data()]).toEqual([...plain.forward(padded).data()]);
    checkGradients((v) => layer.forward(v!), [x]);
  }));

test("'causal' takes a mode too", () =>
  scope(() => {
    const x = randomLeaf(new Random(7), [1, 5, 2]);
    const options = { padding: 'causal', dilation: 2, paddingMode: 'replicate' } as const;
    const layer = new Conv1d(2, 3, 2, options);
    const plain = new Conv1d(2, 3, 2, { dilation: 2 });
    Object.assign(plain, { weight: layer.weight, bias: layer.bias });
    const padded = pad(x, [[0, 0], [2, 0], [0, 0]], { mode: 'replicate' }); // prettier-ignore
    expect([...layer.forward(x).data()]).toEqual([...plain.forward(padded).data()]);
  }));

test('what is padded is freed with the output', () =>
  expectNothingLeft(() =>
    scope(() => {
      const x = randomLeaf(new Random(6), [1, 5, 2]);
      const layer = new Conv1d(2, 2, 3, { padding: 1, paddingMode: 'circular' });
      layer.forward(x).backward(layer.forward(x).detach());
      layer.dispose();
      x.dispose();
    }),
  ));

test('another mode, or more than a border has, is refused', () =>
  scope(() => {
    expect(() => new Conv1d(2, 2, 3, { paddingMode: 'edge' as never })).toThrow(
      `Conv1d: paddingMode: expected 'zeros', 'reflect', 'replicate' or 'circular', got "edge"`,
    );
    const layer = new Conv1d(2, 2, 3, { padding: 5, paddingMode: 'reflect' });
    expect(() => layer.forward(randomLeaf(new Random(7), [1, 5, 2]))).toThrow(RangeError);
    expect(() => layer.forward(randomLeaf(new Random(7), [5, 2]))).toThrow(
      'conv1d: input: expected 3 axes, got 2 (shape [5,2])',
    );
  }));
