import { ShapeError } from '../../errors.js';
import { avgPool1d, avgPool2d, avgPool3d } from '../../ops/pool/avg-pool.js';
import { lpPool1d, lpPool2d, lpPool3d } from '../../ops/pool/lp-pool.js';
import { maxPool1d, maxPool2d, maxPool3d } from '../../ops/pool/max-pool.js';
import { norm } from '../../ops/moments.js';
import { max, mean } from '../../ops/reductions.js';
import { formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { Value } from '../value.js';
import {
  type FileWindows,
  type Layout,
  layoutOrder,
  perAxis,
  spatialShape,
  windowOptions,
} from './layout.js';

export interface PoolValueOptions extends FileWindows {
  readonly layout: Layout;
  readonly ceilMode?: boolean | undefined;
}

export interface AveragePoolValueOptions extends PoolValueOptions {
  /** Default false. */
  readonly countIncludePad?: boolean | undefined;
}

type Call = (x: Tensor, kernelSize: number | readonly number[], options: object) => Tensor;
type PowerCall = (x: Tensor, p: number, kernelSize: never, options: object) => Tensor;

/** Max pooling of one to three axes; padding does not count. @throws ShapeError, RangeError */
export function maxPool(x: Value, options: PoolValueOptions): Value {
  const calls: Record<number, Call> = { 1: maxPool1d, 2: maxPool2d, 3: maxPool3d } as never;
  return pool(forAxes('maxPool', x, calls), x, options, {});
}

/** Average pooling of one to three axes. @throws ShapeError, RangeError */
export function averagePool(x: Value, options: AveragePoolValueOptions): Value {
  const calls: Record<number, Call> = { 1: avgPool1d, 2: avgPool2d, 3: avgPool3d } as never;
  const { countIncludePad = false } = options;
  return pool(forAxes('averagePool', x, calls), x, options, { countIncludePad });
}

/** Power-average pooling of one to three axes. @param p at least 1 @throws ShapeError, RangeError */
export function lpPool(x: Value, p: number, options: PoolValueOptions): Value {
  const calls: Record<number, PowerCall> = { 1: lpPool1d, 2: lpPool2d, 3: lpPool3d };
  const call = forAxes('lpPool', x, calls);
  return pool((input, kernel, rest) => call(input, p, kernel as never, rest), x, options, {});
}

/** The function for the number of x's spatial axes. @throws ShapeError where there is none */
export function forAxes<C>(op: string, { shape }: Value, calls: Readonly<Record<number, C>>): C {
  const found = calls[shape.length - 2];
  if (found) return found;
  throw new ShapeError(
    `${op}: input: expected one to three spatial axes, got ${formatShape(shape)}`,
  );
}

function pool(op: Call, x: Value, options: PoolValueOptions, others: object): Value {
  const order = layoutOrder(options.layout, x.rank);
  const windows = optionsOf(x, options);
  const y = op(x.tensor(order), perAxis(options.kernel), { ...windows, ...others });
  return Value.of(y, order, x.dtype);
}

/** The windows as the ops' options. */
export function optionsOf(x: Value, options: PoolValueOptions): object {
  const { layout, ceilMode = false } = options;
  return { ...windowOptions(spatialShape(x.shape, layout), options), ceilMode };
}

/** A reduction over all spatial axes, which stay with size 1. @param kind 'max', 'average' or the exponent of a norm */
export function globalPool(x: Value, kind: 'max' | 'average' | number, layout: Layout): Value {
  const order = layoutOrder(layout, x.rank);
  const axes = Array.from({ length: Math.max(0, x.rank - 2) }, (_, i) => i + 1);
  const over = { axes, keepDims: true };
  const tensor = x.tensor(order);
  const y =
    kind === 'max'
      ? max(tensor, over)
      : kind === 'average'
        ? mean(tensor, over)
        : norm(tensor, { ...over, p: kind });
  return Value.of(y, order, x.dtype);
}
