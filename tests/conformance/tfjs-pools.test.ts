// TensorFlow.js's cases of pooling.
import { tensor } from '../../src/creation.js';
import { avgPool2d } from '../../src/ops/pool/avg-pool.js';
import { maxPool2d } from '../../src/ops/pool/max-pool.js';
import { reshape } from '../../src/ops/reshape.js';
import { fromData, type NestedArray, type Tensor } from '../../src/tensor.js';
import { testTfjs, type TfjsOps } from './cases.js';

type Given = Tensor | NestedArray;
type Size = number | readonly number[];
type Padding = number | 'same' | 'valid' | readonly (readonly number[])[];
type Pool = (x: Tensor, kernelSize: Size, options: object) => Tensor;

const tensorFrom = (value: Given) => (Array.isArray(value) ? tensor(value) : (value as Tensor));
const average: Pool = (x, kernelSize, options) =>
  avgPool2d(x, kernelSize, { ...options, countIncludePad: false });

/** Pictures have three axes or, several, four; sides are listed by axis. */
function pool(
  call: Pool,
  given: Given,
  kernelSize: Size,
  padding: Padding,
  options: object,
  rounding = 'floor',
): Tensor {
  const x = tensorFrom(given);
  const sides = Array.isArray(padding)
    ? [0, 1].flatMap((end) => [1, 2].map((axis) => padding[axis]![end]!))
    : padding;
  const ceilMode = { floor: false, ceil: true }[rounding] ?? rounding;
  const batch = x.rank === 3 ? reshape(x, [1, ...x.shape]) : x;
  const y = call(batch, kernelSize, { ...options, padding: sides, ceilMode });
  return x.rank === 3 ? reshape(y, y.shape.slice(1)) : y;
}

const strided =
  (call: Pool) =>
  (x: Given, kernelSize: Size, stride: Size, padding: Padding, rounding?: string): Tensor =>
    pool(call, x, kernelSize, padding, { stride }, rounding);

/** The indices count the channels too, and with `withBatch` the pictures. */
function indicesOf(
  given: Given,
  kernelSize: Size,
  stride: Size,
  padding: 'same',
  withBatch = false,
): Tensor {
  const x = tensorFrom(given);
  const [, indices] = maxPool2d(x, kernelSize, { stride, padding, returnIndices: true });
  const channels = x.shape[3]!;
  const [values, outputs] = [x.size / x.shape[0]!, indices.size / x.shape[0]!];
  const all = Array.from(indices.data(), (place, i) => {
    const before = withBatch ? Math.floor(i / outputs) * values : 0;
    return before + place * channels + (i % channels);
  });
  return fromData('test', all, indices.shape, 'int32');
}

const OPS: TfjsOps = {
  clone: (x: Tensor) => x,
  reshape,
  avgPool: strided(average),
  maxPool: strided(maxPool2d),
  pool: (
    x: Given,
    kernelSize: Size,
    type: 'avg' | 'max',
    padding: Padding,
    dilation?: Size | null,
    stride?: Size | null,
    rounding?: string,
  ) => {
    const options = { dilation: dilation ?? 1, stride: stride ?? 1 };
    return pool(type === 'avg' ? average : maxPool2d, x, kernelSize, padding, options, rounding);
  },
  maxPoolWithArgmax: (x: Given, kernelSize: Size, stride: Size, padding: Padding) =>
    strided(maxPool2d)(x, kernelSize, stride, padding),
  'maxPoolWithArgmax.indexes': indicesOf,
};

const ROUNDED = 'sizes are rounded down or, with ceilMode, up, never to the nearest';
const PAST_END = 'with ceilMode a window starts before the padding at the end, as in PyTorch';
const PADDED = 'padding is smaller than the window: none lies in it alone';
const NAN = 'NaN is larger than any number, as in PyTorch';
const GAPS = 'windows may have gaps and a stride';

testTfjs(['avg_pool'], 31, OPS, {
  'avgPool: x=[2,2,3] f=[1,1] s=2 p=1 dimRoundingMode=floor': PADDED,
  'avgPool: x=[2,2,3] f=[2,2] s=3 p=1 dimRoundingMode=round': ROUNDED,
  'avgPool: x=[2,2,3] f=[2,2] s=3 p=1 dimRoundingMode=ceil': PAST_END,
  'avgPool: gradient x=[3,3,1] f=[3,3] s=1 p=explicit':
    'its gradient divides by the whole window, its forward pass by the pixels in it',
});
testTfjs(['max_pool'], 42, OPS, {
  'maxPool: [x=[3,3,1] f=[2,2] s=1 ignores NaNs': NAN,
  'maxPool: x=[2,2,3] f=[1,1] s=2 p=1 dimRoundingMode=floor': PADDED,
  'maxPool: x=[2,2,3] f=[2,2] s=3 p=1 dimRoundingMode=round': ROUNDED,
  'maxPool: x=[2,2,3] f=[2,2] s=3 p=1 dimRoundingMode=ceil': PAST_END,
});
testTfjs(['pool'], 30, OPS, {
  'pool: max x=[3,3,1] f=[3,3] s=3 d=1 p=explicit dimRoundingMode=round': ROUNDED,
  'pool: max x=[3,3,1] f=[3,3] s=3 d=1 p=explicit dimRoundingMode=ceil': PAST_END,
  'pool: max x=[2,2,3] f=[1,1] s=2 p=1 fractional outputs default rounding': PADDED,
  'pool: avg x=[3,3,1] f=[3,3] s=3 d=1 p=explicit dimRoundingMode=round': ROUNDED,
  'pool: avg x=[3,3,1] f=[3,3] s=3 d=1 p=explicit dimRoundingMode=ceil': PAST_END,
  'pool: avg x=[2,2,3] f=[1,1] s=2 p=1 fractional outputs default rounding': PADDED,
  'pool: max throws when neither s=1 nor d=1': GAPS,
  'pool: avg throws when neither s=1 nor d=1': GAPS,
});
testTfjs(['max_pool_with_argmax'], 12, OPS, {
  'maxPoolWithArgmax: [x=[1,3,3,1] f=[2,2] s=1 ignores NaNs': NAN,
});
