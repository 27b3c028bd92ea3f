import { globalPool, averagePool, lpPool, maxPool } from '../../imported/ops/pool-ops.js';
import { maxPoolWithIndices, maxUnpool } from '../../imported/ops/pool-indices.js';
import { cropAndResize } from '../../imported/ops/crop-and-resize.js';
import { resize, type ResizeValueOptions } from '../../imported/ops/resize.js';
import { axisOf } from '../../imported/ops/copies.js';
import { sameOrder, type Value } from '../../imported/value.js';
import { FormatError } from '../../errors.js';
import type { OnnxAttributes } from '../attributes.js';
import { numbersOf, type OnnxHandlers } from './handler.js';
import { sized, windowsOf } from './windows.js';

/** Pooling. */
export const POOLS: OnnxHandlers = {
  MaxPool: {
    run([x], attributes, { node }) {
      const options = poolOptions(attributes, x!);
      if (!node.outputs[1]) return maxPool(x!, options);
      return maxPoolWithIndices(x!, options, attributes.flag('storage_order'));
    },
  },
  AveragePool: {
    run: ([x], attributes) =>
      averagePool(x!, {
        ...poolOptions(attributes, x!),
        countIncludePad: attributes.flag('count_include_pad'),
      }),
  },
  LpPool: {
    run: ([x], attributes) => lpPool(x!, attributes.int('p') ?? 2, poolOptions(attributes, x!)),
  },
  MaxUnpool: {
    needs: 2,
    run: ([x, indices, shape], attributes) =>
      maxUnpool(x!, indices!, numbersOf(shape), poolOptions(attributes, x!)),
  },
  GlobalAveragePool: { run: ([x]) => globalPool(x!, 'average', 'NCHW') },
  GlobalMaxPool: { run: ([x]) => globalPool(x!, 'max', 'NCHW') },
  GlobalLpPool: { run: ([x], attributes) => globalPool(x!, attributes.int('p') ?? 2, 'NCHW') },
};

function poolOptions(attributes: OnnxAttributes, x: Value) {
  const axes = x.rank - 2;
  return {
    ...windowsOf(attributes, axes),
    kernel: attributes.needed('kernel_shape', sized(attributes, 'kernel_shape', axes)),
    layout: 'NCHW' as const,
    ceilMode: attributes.flag('ceil_mode'),
  };
}

/** Resizing. */
export const RESIZES: OnnxHandlers = {
  Resize: {
    run(inputs, attributes) {
      // In opset 10 there is no region of interest.
      const [x, roi, scales, sizes] =
        attributes.opset < 11 ? [inputs[0], undefined, inputs[1]] : inputs;
      return resized(x!, roi, scales, sizes, attributes);
    },
  },
  Upsample: {
    run: ([x, scales], attributes) =>
      resize(x!, {
        mode: modeOf(attributes),
        scales: scalesOf(x!, numbersOf(scales) ?? attributes.floats('scales')),
        coordinateMode: 'asymmetric',
        nearestMode: 'floor',
      }),
  },
};

const MODES = { nearest: 'nearest', linear: 'linear', bilinear: 'linear', cubic: 'cubic' } as const;

const modeOf = (attributes: OnnxAttributes) =>
  MODES[attributes.oneOf('mode', ['nearest', 'linear', 'bilinear', 'cubic'])];

function scalesOf(x: Value, scales: readonly number[] | undefined): readonly number[] {
  if (scales?.length === x.rank) return scales;
  throw new FormatError(`scales: expected ${x.rank} numbers, got ${scales?.length ?? 'none'}`);
}

const COORDINATES = [
  'half_pixel',
  'half_pixel_symmetric',
  'pytorch_half_pixel',
  'tf_half_pixel_for_nn',
  'asymmetric',
  'align_corners',
  'tf_crop_and_resize',
] as const;
const NEAREST = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'] as const;

function resized(
  x: Value,
  roi: Value | undefined,
  scales: Value | undefined,
  sizes: Value | undefined,
  attributes: OnnxAttributes,
): Value {
  const axes = (attributes.ints('axes') ?? sameOrder(x.rank)).map((axis) =>
    axisOf('resize', axis, x.rank),
  );
  const ones = x.shape.map(() => 1);
  const wantedSizes = spread(axes, keptRatio(x, axes, numbersOf(sizes), attributes), x.shape);
  const wantedScales = wantedSizes ? undefined : spread(axes, numbersOf(scales), ones);
  if (!wantedScales && !wantedSizes) throw new FormatError('resize: expected scales or sizes');
  const how = { ...coordinatesOf(attributes), sizes: wantedSizes, scales: wantedScales };
  if (how.coordinateMode === 'tf_crop_and_resize') return cropped(x, axes, roi, how, attributes);
  return resize(x, {
    ...how,
    coordinateMode: how.coordinateMode,
    antialias: attributes.flag('antialias'),
    excludeOutside: attributes.flag('exclude_outside'),
    cubicCoefficient: attributes.float('cubic_coeff_a') ?? -0.75,
  });
}

/** Numbers for some axes among those of the others; undefined where there are none. */
function spread(
  axes: readonly number[],
  given: readonly number[] | undefined,
  others: readonly number[],
): readonly number[] | undefined {
  if (!given || given.length === 0) return undefined;
  if (given.length !== axes.length) {
    throw new FormatError(`resize: expected ${axes.length} numbers, got ${given.length}`);
  }
  return others.map((other, axis) => given[axes.indexOf(axis)] ?? other);
}

/** How places are found; in opset 10 there was one way. */
function coordinatesOf(attributes: OnnxAttributes) {
  const mode = modeOf(attributes);
  if (attributes.opset < 11) {
    return { mode, coordinateMode: 'asymmetric', nearestMode: 'floor' } as const;
  }
  return {
    mode,
    coordinateMode: attributes.oneOf('coordinate_transformation_mode', COORDINATES),
    nearestMode: attributes.oneOf('nearest_mode', NEAREST),
  };
}

/** A part of x, resized. @param roi where it begins on each axis, and where it ends */
function cropped(
  x: Value,
  axes: readonly number[],
  roi: Value | undefined,
  how: ReturnType<typeof coordinatesOf> & Pick<ResizeValueOptions, 'sizes' | 'scales'>,
  attributes: OnnxAttributes,
): Value {
  const { mode, nearestMode, sizes, scales } = how;
  if (mode === 'cubic') throw new FormatError('mode: expected nearest or linear, got cubic');
  const region = numbersOf(roi) ?? [];
  const [zeros, ones] = [0, 1].map((value) => x.shape.map(() => value)) as [number[], number[]];
  return cropAndResize(x, {
    sizes: sizes ?? x.shape.map((size, axis) => Math.floor(size * scales![axis]!)),
    starts: spread(axes, region.slice(0, axes.length), zeros) ?? zeros,
    ends: spread(axes, region.slice(axes.length), ones) ?? ones,
    mode,
    nearestMode,
    extrapolationValue: attributes.float('extrapolation_value') ?? 0,
  });
}

/** The sizes, or with one scale for all axes: the least or the largest that they ask for. */
function keptRatio(
  x: Value,
  axes: readonly number[],
  sizes: readonly number[] | undefined,
  attributes: OnnxAttributes,
): readonly number[] | undefined {
  const policy = attributes.oneOf('keep_aspect_ratio_policy', [
    'stretch',
    'not_larger',
    'not_smaller',
  ]);
  if (!sizes || policy === 'stretch') return sizes;
  const scales = sizes.map((size, i) => size / x.shape[axes[i]!]!);
  const scale = policy === 'not_larger' ? Math.min(...scales) : Math.max(...scales);
  return sizes.map((_, i) => Math.floor(scale * x.shape[axes[i]!]! + 0.5));
}
