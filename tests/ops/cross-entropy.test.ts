import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { crossEntropy, scope, ShapeError, type Tensor } from '../../src/index.js';
import { runtime } from '../../src/runtime/runtime.js';
import { fromData } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { golden } from '../support/golden.js';
import { floats } from '../support/tensors.js';

const ints = (values: number[], shape = [values.length]) =>
  fromData('test', values, shape, 'int32');

function leaf(values: ArrayLike<number>, shape: number[]): Tensor {
  const result = floats(values, shape);
  result.requiresGrad = true;
  return result;
}

test.each(golden('losses').crossEntropy)('agrees with PyTorch: $name', (c) => {
  scope(() => {
    const logits = leaf(c.logits, [c.rows, c.classes]);
    const loss = crossEntropy(logits, ints(c.labels), { reduction: c.reduction, ...c.options });
    expect(loss.shape).toEqual(c.reduction === 'none' ? [c.rows] : []);
    expectClose(loss.data(), c.loss, { relative: 1e-6, label: 'loss' });
    loss.backward(floats(c.dLoss, [...loss.shape]));
    expectClose(logits.grad!.data(), c.dLogits, { relative: 1e-6, label: 'dLogits' });
  });
});

test('the mean is the default, and backward needs no gradOutput', () => {
  scope(() => {
    const logits = leaf([0, 0, 0, 0], [2, 2]);
    const loss = crossEntropy(logits, ints([0, 1]));
    expect(loss.item()).toBeCloseTo(Math.log(2), 6);
    loss.backward();
    expect(logits.grad!.toArray()).toEqual([
      [-0.25, 0.25],
      [0.25, -0.25],
    ]);
  });
});

test.each(['mean', 'sum', 'none'] as const)('gradient check, reduction %s', (reduction) => {
  scope(() => {
    const logits = leaf([0.5, -1, 2, 0.25, 0, -0.5, 1, 1.5, -2, 0, 0.75, 3], [2, 2, 3]);
    const labels = ints([2, 0, 1, 1], [2, 2]);
    checkGradients((x) => crossEntropy(x, labels, { reduction }), [logits]);
  });
});

test.each([
  { labelSmoothing: 0.1 },
  { weight: [1, 5, 0.5] },
  { ignoreIndex: 1 },
  { labelSmoothing: 0.3, weight: new Float64Array([1, 0, 2]), ignoreIndex: 7 },
])('gradient check, %j', (options) => {
  scope(() => {
    const logits = leaf([0.5, -1, 2, 0.25, 0, -0.5, 1, 1.5, -2, 0, 0.75, 3], [4, 3]);
    const labels = ints([2, 0, 1, options.ignoreIndex ?? -100]);
    for (const reduction of ['mean', 'sum', 'none'] as const) {
      checkGradients((x) => crossEntropy(x, labels, { reduction, ...options }), [logits]);
    }
  });
});

test('rows with the label that is ignored count for nothing', () => {
  scope(() => {
    const logits = leaf([2, 0, 1, 0, 1, NaN], [2, 3]);
    const loss = crossEntropy(logits, ints([0, -100]));
    expect(loss.item()).toBe(crossEntropy(leaf([2, 0, 1], [1, 3]), ints([0])).item());
    loss.backward();
    expect(logits.grad!.toArray()).toMatchObject([{}, [0, 0, 0]]);
    const none = crossEntropy(logits, ints([-100, -100]));
    expect(none.item()).toBeNaN();
    expect(crossEntropy(logits, ints([-100, -100]), { reduction: 'sum' }).item()).toBe(0);
  });
});

test('gradients of two losses add up', () => {
  scope(() => {
    const logits = leaf([1, 2, 3], [1, 3]);
    crossEntropy(logits, ints([0])).backward();
    const once = logits.grad!.data();
    crossEntropy(logits, ints([0])).backward();
    expect([...logits.grad!.data()]).toEqual([...once.map((value) => 2 * value)]);
  });
});

test('an empty batch: the mean is NaN, the sum 0, and there is nothing to fill', () => {
  scope(() => {
    const logits = leaf([], [0, 3]);
    const labels = ints([]);
    const mean = crossEntropy(logits, labels);
    expect(mean.item()).toBeNaN();
    mean.backward();
    expect(logits.grad!.shape).toEqual([0, 3]);
    expect(crossEntropy(logits, labels, { reduction: 'sum' }).item()).toBe(0);
    expect(crossEntropy(logits, labels, { reduction: 'none' }).shape).toEqual([0]);
  });
});

describe('errors are raised before anything is allocated', () => {
  const ten = () => floats(new Float32Array(40), [4, 10]);
  test.each([
    {
      call: () => crossEntropy(ten(), ints([0, 9, 3, 12])),
      type: RangeError,
      message:
        'crossEntropy: labels: expected integers in [0, 10) or ignoreIndex -100, got 12 at index 3',
    },
    {
      call: () => crossEntropy(ten(), ints([0, -1, 3, 2])),
      type: RangeError,
      message:
        'crossEntropy: labels: expected integers in [0, 10) or ignoreIndex -100, got -1 at index 1',
    },
    {
      call: () => crossEntropy(ten(), floats([0, 1, 2, 3])),
      type: TypeError,
      message: 'crossEntropy: labels: expected dtype int32, got float32',
    },
    {
      call: () => crossEntropy(ten(), ints([0, 1, 2])),
      type: ShapeError,
      message: 'crossEntropy: labels: expected shape [4], got [3]',
    },
    {
      call: () => crossEntropy(floats([1, 2]), ints([0])),
      type: ShapeError,
      message:
        'crossEntropy: logits: expected [..., classes] with at least two axes and one class, got [2]',
    },
    {
      call: () => crossEntropy(floats([], [3, 0]), ints([0, 0, 0])),
      type: ShapeError,
      message:
        'crossEntropy: logits: expected [..., classes] with at least two axes and one class, got [3,0]',
    },
    {
      call: () => crossEntropy([[1, 2]] as never, ints([0])),
      type: TypeError,
      message: 'crossEntropy: logits: expected a Tensor, got [[1, 2]]',
    },
    {
      call: () => crossEntropy(ten(), ints([0, 1, 2, -100]), { ignoreIndex: -1 }),
      type: RangeError,
      message:
        'crossEntropy: labels: expected integers in [0, 10) or ignoreIndex -1, got -100 at index 3',
    },
    {
      call: () => crossEntropy(ten(), ints([0, 1, 2, 3]), { labelSmoothing: 1.5 }),
      type: RangeError,
      message: 'crossEntropy: labelSmoothing: expected a number in [0, 1], got 1.5',
    },
    {
      call: () => crossEntropy(ten(), ints([0, 1, 2, 3]), { weight: [1, 2] }),
      type: ShapeError,
      message: 'crossEntropy: weight: expected shape [10], got [2]',
    },
    {
      call: () =>
        crossEntropy(ten(), ints([0, 1, 2, 3]), { weight: [-1, 1, 1, 1, 1, 1, 1, 1, 1, 1] }),
      type: RangeError,
      message: 'crossEntropy: weight: expected a number in [0, Infinity], got -1',
    },
    {
      call: () => crossEntropy(ten(), ints([0, 1, 2, 3]), { weight: ten() as never }),
      type: TypeError,
      message: 'crossEntropy: weight: expected an array of numbers, got a Tensor',
    },
    {
      call: () => crossEntropy(ten(), ints([0, 1, 2, 3]), { ignoreIndex: 0.5 }),
      type: RangeError,
      message: 'crossEntropy: ignoreIndex: expected a 32-bit integer, got 0.5',
    },
    {
      call: () => crossEntropy(ten(), ints([0, 1, 2, 3]), { reduction: 'avg' as never }),
      type: RangeError,
      message: `crossEntropy: reduction: expected 'mean', 'sum' or 'none', got "avg"`,
    },
  ])('$message', ({ call, type, message }) => {
    const before = runtime().heap.blocksInUse;
    scope(() => expect(call).toThrow(new type(message)));
    expect(runtime().heap.blocksInUse).toBe(before);
  });
});

test('labels changed after the call are noticed: they are addresses', () => {
  scope(() => {
    const labels = ints([0, 1]);
    const loss = crossEntropy(leaf([1, 2, 3, 4], [2, 2]), labels);
    labels.assign([1, 700]);
    expect(() => loss.backward()).toThrow('an input was changed in place');
  });
});
