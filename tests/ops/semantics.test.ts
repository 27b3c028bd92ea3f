// The lines of docs/semantics.md, in its order.
import { expect, test } from 'vitest';
import { noGrad } from '../../src/autograd.js';
import { full, ones, tensor } from '../../src/creation.js';
import { Hardtanh, ReLU6 } from '../../src/layers/index.js';
import { layerFromConfig } from '../../src/formats/every-layer.js';
import { avgPool1d } from '../../src/ops/pool/avg-pool.js';
import { avgPool2d } from '../../src/ops/pool/avg-pool.js';
import { conv1d } from '../../src/ops/conv/conv.js';
import { depthToSpace, pixelShuffle } from '../../src/ops/copy/shuffle.js';
import { gather } from '../../src/ops/gather.js';
import { squeeze } from '../../src/ops/reshape.js';
import { crossEntropy } from '../../src/ops/losses/cross-entropy.js';
import { linear } from '../../src/ops/linear.js';
import { maxPool1d } from '../../src/ops/pool/max-pool.js';
import { maxPool2d } from '../../src/ops/pool/max-pool.js';
import {
  clip,
  hardSwish,
  hardtanh,
  leakyRelu,
  relu,
  relu6,
} from '../../src/ops/map/activations.js';
import { Random } from '../../src/random.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { pick } from '../support/random.js';

const leaf = (values: ArrayLike<number>, shape = [values.length]) =>
  tensor(Float32Array.from(values), shape, { requiresGrad: true });
const labels = (...values: number[]) => tensor(Int32Array.from(values));

/** y and dx of an op, where dy is 1 everywhere. */
function pass(op: (x: Tensor) => Tensor, x: Tensor): { y: number[]; dx: number[] } {
  const y = op(x);
  y.backward(ones(y.shape));
  return { y: [...y.data()], dx: [...x.grad!.data()] };
}

test.each<[string, (x: Tensor) => Tensor, number[]]>([
  ['clip', (x) => clip(x, 0, 6), [1, 1, 1]],
  ['hardtanh', (x) => hardtanh(x, 0, 6), [0, 0, 1]],
  ['relu6', relu6, [0, 0, 1]],
  ['Hardtanh', (x) => new Hardtanh(0, 6).forward(x), [0, 0, 1]],
  ['ReLU6', (x) => new ReLU6().forward(x), [0, 0, 1]],
])('%s at its bounds and at NaN', (_, op, expected) =>
  scope(() => expect(pass(op, leaf([0, 6, NaN]))).toEqual({ y: [0, 6, NaN], dx: expected })),
);

test.each([
  ['clip', [1, 1]],
  ['hardtanh', [0, 0]],
] as const)('%s after a dense layer has the gradient of the op', (kind, expected) =>
  scope(() => {
    const [x, w] = [leaf([0, 6], [2, 1]), leaf([1], [1, 1])];
    expect(
      pass((v) => linear(v, w, undefined, { activation: { kind, min: 0, max: 6 } }), x).dx,
    ).toEqual(expected);
  }),
);

test('a clip with one bound, and such a layer from its file', () =>
  scope(() => {
    expect(clip(tensor([-9, 9]), -Infinity, 1).toArray()).toEqual([-9, 1]);
    const config = JSON.parse(JSON.stringify(new Hardtanh(-1, Infinity).config())) as never;
    const layer = layerFromConfig(config);
    expect(layer.forward(tensor([-9, 3.4e38, Infinity])).toArray()).toEqual([
      -1,
      Math.fround(3.4e38),
      Infinity,
    ]);
    expect(() => clip(tensor([1]), 2, 1)).toThrow(RangeError);
  }));

test('gradients at kinks', () =>
  scope(() => {
    expect(pass(relu, leaf([0, -0, NaN])).dx).toEqual([0, 0, 1]);
    expect(pass((x) => leakyRelu(x, 0.25), leaf([0])).dx).toEqual([0.25]);
    expect(pass(hardSwish, leaf([-3, 3])).dx).toEqual([0, 1]);
  }));

test('padding of pools is less than the extent of the kernel, and then no window of an average is empty', () =>
  scope(() => {
    const x = tensor([[[[1]]]]);
    expect(maxPool2d(x, 3, { stride: 1, padding: 2 }).shape).toEqual([1, 3, 3, 1]);
    expect(avgPool2d(x, 3, { padding: 2, countIncludePad: false }).toArray()).toEqual([[[[1]]]]);
    for (const pool of [maxPool2d, avgPool2d]) {
      expect(() => pool(x, 3, { padding: 3 })).toThrow(RangeError);
    }
    expect(maxPool2d(x, 2, { dilation: 3, padding: 3 }).shape).toEqual([1, 2, 2, 1]);
    const random = new Random(5);
    for (let round = 0; round < 300; round++) {
      const [length, kernelSize] = [1 + random.integer(6), 1 + random.integer(6)];
      const padding = [random.integer(kernelSize), random.integer(kernelSize)];
      const options = { padding, stride: 1 + random.integer(7), ceilMode: random.integer(2) > 0 };
      if (length + padding[0]! + padding[1]! < kernelSize) continue;
      const y = avgPool1d(full([1, length, 1], 1), kernelSize, {
        ...options,
        countIncludePad: false,
      });
      expect(new Set(y.data()), `seed 5 round ${round}`).toEqual(new Set([1]));
    }
  }));

test('a max pool whose window lies in the padding altogether', () =>
  scope(() => {
    const pool = (x: Tensor) => maxPool1d(x, 2, { dilation: 2, padding: 1, stride: 1 });
    const { y, dx } = pass(pool, leaf([7], [1, 1, 1]));
    expect([y, dx]).toEqual([[-Infinity], [0]]);
    expect(noGrad(() => pool(leaf([7], [1, 1, 1]))).toArray()).toEqual([[[-Infinity]]]);
  }));

test('what counts in an average', () =>
  scope(() => {
    const x = tensor([[[6], [6]]]);
    const means = (options: object) => [...avgPool1d(x, 3, { stride: 2, ...options }).data()];
    expect(means({ padding: 1 })).toEqual([4]);
    expect(means({ padding: 1, countIncludePad: false })).toEqual([6]);
    const three = tensor([[[6], [6], [6]]]);
    expect([...avgPool1d(three, 2, { ceilMode: true }).data()]).toEqual([6, 6]);
  }));

test('equal maxima, zeros and NaNs of a max pool: the first, with the same bits recorded or not', () =>
  scope(() => {
    const pool = (x: Tensor) => maxPool1d(x, 4);
    const gradient = (...values: number[]) => pass(pool, leaf(values, [1, 4, 1])).dx;
    expect(gradient(1, 2, 2, 2)).toEqual([0, 1, 0, 0]);
    expect(gradient(-0, 0, 0, -0)).toEqual([1, 0, 0, 0]);
    expect(gradient(1, NaN, NaN, 2)).toEqual([0, 1, 0, 0]);
    const random = new Random(8);
    const values = Float32Array.from({ length: 4000 }, () =>
      pick(random, [0, -0, NaN, -NaN, -Infinity, 1, 1e-45]),
    );
    const bits = (y: Tensor) => new Uint32Array(y.data().buffer);
    const x = leaf(values, [1, 2000, 2]);
    expect(bits(pool(x))).toEqual(bits(noGrad(() => pool(x))));
  }));

test('labels out of range, ignored labels and their mean', () =>
  scope(() => {
    const logits = leaf([2, 0, 1, 0, 1, 0], [2, 3]);
    for (const bad of [-1, 3, 255]) {
      expect(() => crossEntropy(logits, labels(0, bad))).toThrow(RangeError);
    }
    const one = crossEntropy(tensor([[2, 0, 1]]), labels(0)).item();
    expect(crossEntropy(logits, labels(0, -100)).item()).toBe(one);
    expect(crossEntropy(logits, labels(0, 255), { ignoreIndex: 255 }).item()).toBe(one);
    const none = crossEntropy(logits, labels(-100, -100));
    expect(none.item()).toBeNaN();
    none.backward();
    expect([...logits.grad!.data()]).toEqual([0, 0, 0, 0, 0, 0]);
  }));

test('class weights and label smoothing are PyTorch’s', () =>
  scope(() => {
    const logits = tensor([
      [2, 0, 1],
      [0, 1, 0],
    ]);
    const loss = (options: object) => crossEntropy(logits, labels(0, 1), options).item();
    expect(loss({})).toBeCloseTo(0.4795, 4);
    expect(loss({ labelSmoothing: 0.1 })).toBeCloseTo(0.5629, 3);
    expect(loss({ weight: [1, 5, 1] })).toBeCloseTo(0.5275, 3);
    expect(loss({ ignoreIndex: 1 })).toBeCloseTo(0.4076, 4);
  }));

test('a logit of −Infinity is a class of probability 0', () =>
  scope(() => {
    const { y, dx } = pass((x) => crossEntropy(x, labels(0)), leaf([0, -Infinity], [1, 2]));
    expect([y, dx]).toEqual([[0], [0, 0]]);
  }));

test("the odd pixel of 'same' padding comes after", () =>
  scope(() => {
    const y = conv1d(tensor([[[1], [2]]]), tensor([[[1]], [[10]]]), undefined, { padding: 'same' });
    expect(y.toArray()).toEqual([[[21], [2]]]);
  }));

test('an axis that is not 1 stays when it is squeezed', () =>
  scope(() => expect(squeeze(ones([1, 2]), [0, 1]).shape).toEqual([2])));

test('a block of pixels is made of the fastest channels, or of the slowest', () =>
  scope(() => {
    const x = tensor([0, 1, 2, 3, 4, 5, 6, 7], [1, 1, 8]);
    expect([...pixelShuffle(x, 2).data()]).toEqual([0, 4, 1, 5, 2, 6, 3, 7]);
    expect([...depthToSpace(x, 2).data()]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  }));

test('an index below 0 is none', () =>
  scope(() => expect(() => gather(ones([2]), labels(-1))).toThrow(RangeError)));
