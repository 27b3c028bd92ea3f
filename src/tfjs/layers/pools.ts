import { type Layout, layoutOrder } from '../../imported/ops/layout.js';
import { averagePool, maxPool } from '../../imported/ops/pool-ops.js';
import { reduce } from '../../imported/ops/reduce.js';
import type { LayerClasses, MakeLayer } from './layer.js';

const pool =
  (kind: typeof maxPool, axes: number): MakeLayer =>
  (config) => {
    const kernel = config.integers('pool_size', axes, 1, 2);
    const strides = config.get('strides') ? config.integers('strides', axes, 1) : kernel;
    const padding = config.word('padding', ['valid', 'same'], 'valid');
    const layout = config.layout();
    return ([x]) => kind(x, { kernel, strides, padding, layout });
  };

const globalPool =
  (kind: 'mean' | 'max', axes: number): MakeLayer =>
  (config) => {
    const layout = config.layout();
    const keepDims = config.boolean('keepdims', false);
    const over = spatialAxes(layout, axes);
    return ([x]) => reduce(kind, x, over, keepDims);
  };

/** The axes between those of the batch and of the channels. */
function spatialAxes(layout: Layout, axes: number): number[] {
  return layoutOrder(layout, axes + 2).slice(1, -1) as number[];
}

/** Pools of one to three axes. */
export const POOLS: LayerClasses = {
  MaxPooling1D: (...of) => pool(maxPool, 1)(...of),
  MaxPooling2D: (...of) => pool(maxPool, 2)(...of),
  MaxPooling3D: (...of) => pool(maxPool, 3)(...of),
  AveragePooling1D: (...of) => pool(averagePool, 1)(...of),
  AveragePooling2D: (...of) => pool(averagePool, 2)(...of),
  AveragePooling3D: (...of) => pool(averagePool, 3)(...of),
  GlobalMaxPooling1D: (...of) => globalPool('max', 1)(...of),
  GlobalMaxPooling2D: (...of) => globalPool('max', 2)(...of),
  GlobalMaxPooling3D: (...of) => globalPool('max', 3)(...of),
  GlobalAveragePooling1D: (...of) => globalPool('mean', 1)(...of),
  GlobalAveragePooling2D: (...of) => globalPool('mean', 2)(...of),
  GlobalAveragePooling3D: (...of) => globalPool('mean', 3)(...of),
};
