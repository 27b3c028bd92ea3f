import { concat, pad } from '../../imported/ops/copy-ops.js';
import { resize } from '../../imported/ops/resize.js';
import { slice } from '../../imported/ops/slice-ops.js';
import { type Layout } from '../../imported/ops/layout.js';
import type { Value } from '../../imported/value.js';
import type { LayerConfig } from './config.js';
import type { LayerClasses, MakeLayer } from './layer.js';

/** The first of the axes between those of the batch and of the channels. */
const firstOf = (layout: Layout) => (layout === 'NCHW' ? 2 : 1);

/** One value for each axis of the file, of which those of the pictures stand in a list. */
function spread<T>(
  x: Value,
  layout: Layout,
  values: readonly T[],
  other: (axis: number) => T,
): T[] {
  const first = firstOf(layout);
  return x.shape.map((_, axis) => values[axis - first] ?? other(axis));
}

const zeroPadding =
  (axes: number): MakeLayer =>
  (config) => {
    const pairs = config.pairs('padding', axes, 1);
    const layout = config.layout();
    return ([x]) => {
      const sides = spread(x, layout, pairs, () => [0, 0] as [number, number]);
      const [before, after] = [0, 1].map((side) => sides.map((pair) => pair[side]!));
      return pad(x, before!, after!);
    };
  };

const cropping =
  (axes: number): MakeLayer =>
  (config) => {
    const pairs = config.pairs('cropping', axes, 1);
    const layout = config.layout();
    return ([x]) => {
      const sides = spread(x, layout, pairs, () => [0, 0] as [number, number]);
      const starts = sides.map(([before]) => before);
      return slice(x, { starts, ends: sides.map(([, after], i) => x.shape[i]! - after) });
    };
  };

/** Whether Keras 3 wrote the model: TensorFlow.js takes the corners of pixels for their centres. */
const coordinates = (config: LayerConfig) =>
  config.isKeras3 ? ('half_pixel' as const) : ('asymmetric' as const);

const upSampling =
  (axes: number): MakeLayer =>
  (config) => {
    const factors = config.integers('size', axes, 1, 2);
    const layout = config.layout();
    const mode =
      config.word('interpolation', ['nearest', 'bilinear'], 'nearest') === 'nearest'
        ? 'nearest'
        : 'linear';
    const nearestMode = 'floor';
    const coordinateMode = mode === 'nearest' ? 'asymmetric' : coordinates(config);
    return ([x]) => {
      const scales = spread(x, layout, factors, () => 1);
      const sizes = x.shape.map((size, axis) => size * scales[axis]!);
      return resize(x, { mode, coordinateMode, nearestMode, sizes });
    };
  };

const resizing: MakeLayer = (config) => {
  const size = [config.integer('height', 1), config.integer('width', 1)];
  const isNearest = config.word('interpolation', ['bilinear', 'nearest'], 'bilinear') === 'nearest';
  const mode = isNearest ? 'nearest' : 'linear';
  const layout = config.layout();
  return ([x]) => {
    const sizes = spread(x, layout, size, (axis) => x.shape[axis]!);
    return resize(x, {
      mode,
      coordinateMode: 'half_pixel',
      nearestMode: 'round_prefer_ceil',
      sizes,
    });
  };
};

const centerCrop: MakeLayer = (config) => {
  const size = [config.integer('height', 1), config.integer('width', 1)];
  const layout = config.layout();
  return ([x]) => {
    const sizes = spread(x, layout, size, (axis) => x.shape[axis]!);
    const starts = sizes.map((wanted, axis) => {
      const rest = x.shape[axis]! - wanted;
      if (rest < 0) throw config.error('height', 'a part of the input');
      return Math.floor(rest / 2);
    });
    return slice(x, { starts, ends: starts.map((start, axis) => start + sizes[axis]!) });
  };
};

const concatenate: MakeLayer = (config) => {
  const axis = config.axis();
  return (inputs) => concat(inputs, axis);
};

/** What moves, repeats or resizes. */
export const PICTURES: LayerClasses = {
  Concatenate: concatenate,
  ZeroPadding1D: (...of) => zeroPadding(1)(...of),
  ZeroPadding2D: (...of) => zeroPadding(2)(...of),
  ZeroPadding3D: (...of) => zeroPadding(3)(...of),
  Cropping1D: (...of) => cropping(1)(...of),
  Cropping2D: (...of) => cropping(2)(...of),
  Cropping3D: (...of) => cropping(3)(...of),
  UpSampling1D: (...of) => upSampling(1)(...of),
  UpSampling2D: (...of) => upSampling(2)(...of),
  UpSampling3D: (...of) => upSampling(3)(...of),
  Resizing: resizing,
  CenterCrop: centerCrop,
};
