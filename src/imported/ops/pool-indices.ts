// Max pooling with ONNX's indices, which count all values of the input, and back: of files with channels first.
import { pad } from '../../ops/copy/pad.js';
import { permute } from '../../ops/copy/rearrange.js';
import { maxPool1d, maxPool2d, maxPool3d } from '../../ops/pool/max-pool.js';
import { maxUnpool1d, maxUnpool2d, maxUnpool3d } from '../../ops/pool/max-unpool.js';
import { type Shape, sizeOf } from '../../shape.js';
import { fromData, type Tensor } from '../../tensor.js';
import { channelsLast, Value } from '../value.js';
import { type FileWindows, perAxis } from './layout.js';
import { forAxes, optionsOf, type PoolValueOptions } from './pool-ops.js';

type PairCall = (x: Tensor, kernelSize: never, options: object) => [Tensor, Tensor];
type UnpoolCall = (x: Tensor, indices: Tensor, kernelSize: never, options: object) => Tensor;

/**
 * Max pooling, and int64 indices of its shape: the places of the values in the whole input [N, C, …].
 * @param byColumns whether the first spatial axis is counted fastest, ONNX's storage_order 1
 */
export function maxPoolWithIndices(
  x: Value,
  options: Omit<PoolValueOptions, 'layout'>,
  byColumns = false,
): [y: Value, indices: Value] {
  const calls: Record<number, PairCall> = { 1: maxPool1d, 2: maxPool2d, 3: maxPool3d } as never;
  const order = channelsLast(x.rank);
  const [y, places] = forAxes('maxPool', x, calls)(
    x.tensor(order),
    perAxis(options.kernel) as never,
    { ...optionsOf(x, { ...options, layout: 'NCHW' }), returnIndices: true },
  );
  const sizes = x.shape.slice(2);
  const inPlane = (place: number) => (byColumns ? byFirstAxis(place, sizes) : place);
  const indices = mapIndices(Value.of(places, order), sizeOf(sizes), (place, first) => {
    return inPlane(place) + first;
  });
  return [Value.of(y, order, x.dtype), Value.of(indices, undefined, 'int64')];
}

/** A place in a plane, counted with the first axis fastest. */
function byFirstAxis(place: number, sizes: Shape): number {
  let [rest, result] = [place, 0];
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    result += (rest % sizes[axis]!) * sizeOf(sizes.slice(0, axis));
    rest = Math.floor(rest / sizes[axis]!);
  }
  return result;
}

/** Other indices, in the file's order. @param map gets each with the number of the first value of its plane */
function mapIndices(
  indices: Value,
  planeSize: number,
  map: (index: number, first: number) => number,
): Tensor {
  const count = sizeOf(indices.shape.slice(2));
  const values = Int32Array.from(indices.numbers(), (index, i) =>
    map(index, Math.floor(i / count) * planeSize),
  );
  return fromData('maxPool', values, indices.shape, 'int32');
}

/**
 * Puts the values of a max pooling back to where they came from, among zeros.
 * @param indices what `maxPoolWithIndices` gives: places in the whole output of the usual size
 * @param outputShape of the result, which begins with that output; left out, it is that
 */
export function maxUnpool(
  x: Value,
  indices: Value,
  outputShape: Shape | undefined,
  { kernel, strides = kernel.map(() => 1), padding = [] }: FileWindows,
): Value {
  const calls: Record<number, UnpoolCall> = { 1: maxUnpool1d, 2: maxUnpool2d, 3: maxUnpool3d };
  const order = channelsLast(x.rank);
  const pads = kernel.map((_, i) => (typeof padding === 'string' ? 0 : (padding[i] ?? 0)));
  const sizes = x.shape
    .slice(2)
    .map((size, i) => (size - 1) * strides[i]! + kernel[i]! - 2 * pads[i]!);
  const places = mapIndices(indices, sizeOf(sizes), (index, first) => index - first);
  const y = forAxes('maxUnpool', x, calls)(
    x.tensor(order),
    permute(places, order),
    perAxis(kernel) as never,
    { stride: perAxis(strides), padding: perAxis(pads) },
  );
  if (!outputShape) return Value.of(y, order, x.dtype);
  const after = outputShape.slice(2).map((size, i) => [0, size - sizes[i]!] as const);
  return Value.of(pad(y, [[0, 0], ...after, [0, 0]]), order, x.dtype);
}
